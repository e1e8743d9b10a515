import type { Markup } from "../markup.ts";
import type { LiveView } from "../view-schema.ts";
import { asks } from "./asks.ts";
import { course } from "./course.ts";
import { hero } from "./hero.ts";
import { checks, messages } from "./record.ts";
import { section } from "./section.ts";
import { serving } from "./serving.ts";
import { moment } from "./times.ts";

/** All of the page that changes. Sections have ids: by these the browser knows them again. */
export const body = (view: LiveView): Markup[] => [
  hero(view),
  ...asks(view),
  [
    "div",
    { class: "columns", id: "columns" },
    ["div", { id: "left" }, course(view), serving(view)],
    ["div", { id: "right" }, messages(view), checks(view)],
  ],
  about(view),
];

function about({ id, url, requestedBy, requestedAt, comment, linkEndsAt }: LiveView): Markup {
  const rows: [string, ...Markup[]][] = [
    ["Operation", id],
    ["Application", /^https?:\/\//.test(url) ? ["a", { href: url, rel: "noreferrer" }, url] : url],
    ["Requested", `by ${requestedBy}, `, moment(requestedAt, "day")],
    ...(comment ? [["Why", comment] satisfies [string, Markup]] : []),
    ["This link", "shows this page to whoever has it until ", moment(linkEndsAt, "day")],
  ];
  return section("about", "About this operation", [
    "dl",
    { class: "facts" },
    ...rows.map(([name, ...value]): Markup => ["div", {}, ["dt", {}, name], ["dd", {}, ...value]]),
  ]);
}
