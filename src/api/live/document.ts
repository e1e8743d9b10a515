import { type Markup, toHtml } from "./markup.ts";
import { body } from "./render/body.ts";
import type { LiveView } from "./view-schema.ts";

const RELOAD_SECONDS = 10;

/** The page as it is now, whole without a script. Its addresses are relative, for the API may be below a path. */
export function livePage(view: LiveView): string {
  return documentOf({
    title: view.title,
    head: [
      ["script", { src: "page.js", type: "module" }],
      ...(view.active
        ? [["noscript", {}, ["meta", { "http-equiv": "refresh", content: String(RELOAD_SECONDS) }]] satisfies Markup]
        : []),
    ],
    body: [
      [
        "header",
        {},
        ["p", {}, ["strong", {}, "Intermission"], " live"],
        [
          "p",
          { id: "heard" },
          ["span", { id: "heard-text" }, view.active ? "As of " : "It is over. As of ", clockOf(view.now)],
          ...(view.active ? [["noscript", {}, `. Loads again every ${RELOAD_SECONDS} seconds`] satisfies Markup] : []),
        ],
      ],
      ["div", { id: "announcer", class: "hidden", role: "status" }],
      [
        "main",
        {
          id: "live",
          "data-id": view.id,
          "data-now": view.now,
          "data-active": String(view.active),
        },
        ...body(view),
      ],
    ],
  });
}

/** One page for every link that shows nothing, so that nobody learns from it which operations there are. */
export const noSuchLinkPage = (): string =>
  documentOf({
    title: "This link shows nothing",
    head: [],
    body: [
      ["header", {}, ["p", {}, ["strong", {}, "Intermission"], " live"]],
      [
        "main",
        {},
        [
          "section",
          { class: "hero asks" },
          ["h1", {}, "This link is not valid, or not any more."],
          ["p", { class: "detail" }, "A link to a live page shows one operation, for a day."],
          [
            "p",
            {},
            "Ask whoever runs the maintenance for a new one: the summary of the workflow has it, and every answer of the API about an operation, as ",
            ["code", {}, "live"],
            ".",
          ],
        ],
      ],
    ],
  });

function documentOf({ title, head, body }: { title: string; head: Markup[]; body: Markup[] }): string {
  const page: Markup = [
    "html",
    { lang: "en" },
    [
      "head",
      {},
      ["meta", { charset: "utf-8" }],
      ["meta", { name: "viewport", content: "width=device-width, initial-scale=1" }],
      ["meta", { name: "robots", content: "noindex" }],
      ["meta", { name: "color-scheme", content: "light dark" }],
      ["title", {}, title],
      ["link", { rel: "stylesheet", href: "page.css" }],
      ...head,
    ],
    ["body", {}, ...body],
  ];
  return `<!doctype html>\n${toHtml(page)}\n`;
}

const clockOf = (at: string): string => `${at.slice(11, 19)} UTC`;
