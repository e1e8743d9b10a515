import type { Finding } from "./findings.ts";
import { namesOperation, placeholders, unknownPlaceholders } from "./own-page.ts";
import { PAGE_LIMIT, renderPage, tooLong } from "./page.ts";
import { type Page, pageSchema } from "./page-schema.ts";

/** What a page must be besides well-formed: short enough for a rule, and told from any other 503. Silent where the schema speaks. */
export function brokenPageRules(raw: unknown): Finding[] {
  const { data: page } = pageSchema.safeParse(raw);
  if (!page) return [];
  const own = ownPageRules(page);
  if (own.length) return own;
  const long = tooLong(page);
  if (!long) return [];
  return [{ path: [], expected: `a page of at most ${PAGE_LIMIT} characters`, found: long.found, hint: long.fix }];
}

function ownPageRules(page: Page): Finding[] {
  const { body, contentType } = page;
  if (body === undefined) return [];
  const at = [page.file === undefined ? "body" : "file"];
  const unknown = unknownPlaceholders(body);
  return [
    ...(namesOperation(body)
      ? []
      : [
          {
            path: at,
            expected: "`{{operation}}` in the page",
            found: "none",
            hint: "a comment is enough: by it a probe tells this page from any other 503",
          },
        ]),
    ...(unknown.length
      ? [
          {
            path: at,
            expected: `no others than ${placeholders.map((name) => `{{${name}}}`).join(", ")}`,
            found: unknown.join(", "),
            ...(unknown.includes("{{eta}}") && {
              hint: "`{{eta}}` belongs into the message, whose sentence is left out when nobody knows the time; put `{{message}}` here",
            }),
          },
        ]
      : []),
    ...(contentType === "application/json" && !isJson(renderPage(page, "op"))
      ? [{ path: at, expected: "JSON", found: "a page that cannot be parsed as that, once it is rendered" }]
      : []),
  ];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
