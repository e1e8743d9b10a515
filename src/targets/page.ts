import { htmlPage } from "./html-page.ts";
import { ownPage } from "./own-page.ts";
import type { Page } from "./page-schema.ts";
import type { Target } from "./schema.ts";
import { sentencesOf } from "./sentences.ts";

/** A fixed response of a load balancer carries at most this many characters (`FixedResponseActionConfig.MessageBody`), whatever bytes they are of. */
export const PAGE_LIMIT = 1_024;

const ETA = "{{eta}}";

/** The target with a page that says when the site will be back, such as `02:35 UTC`, where its message asks for that. */
export const withEta = (target: Target, eta: string): Target => ({
  ...target,
  page: { ...target.page, message: target.page.message.replaceAll(ETA, eta) },
});

/** Nobody knows when the site will be back: the sentence that would say so is left out. */
function withoutEta(message: string): string {
  if (!message.includes(ETA)) return message;
  const said = sentencesOf(message).filter((sentence) => !sentence.includes(ETA));
  return said.join("").trim() || "We will be back soon.";
}

/** The page of the window. It carries the operation's id, by which a probe knows our 503 from any other. */
export function renderPage({ body, ...page }: Page, operationId: string): string {
  const { title, language, contentType } = page;
  const message = withoutEta(page.message);
  const said = { title, language, message, operation: operationId };
  if (body !== undefined) return ownPage(body, { contentType, said });
  switch (contentType) {
    case "application/json":
      return JSON.stringify({ error: { status: 503, code: "MAINTENANCE", message, operation: operationId } });
    case "text/plain":
      return `${title}\n\n${message}\n\n(${operationId})\n`;
    case "text/html":
      return htmlPage(said);
  }
}

/** The default page counts the minutes to it, in most digits for this one; every operation's id has the same length. */
const LONGEST_ETA = "00:05 UTC";
const AN_OPERATION = "op-00000000-000000-000000";

/** Why a page does not fit into a rule, with what takes the room. Undefined where it does, whatever time it will name. */
export function tooLong(page: Page): { found: string; fix: string } | undefined {
  const told = { ...page, message: page.message.replaceAll(ETA, LONGEST_ETA) };
  const size = renderPage(told, AN_OPERATION).length;
  if (size <= PAGE_LIMIT) return undefined;
  const without = (part: "title" | "message") => size - renderPage({ ...told, [part]: "" }, AN_OPERATION).length;
  const [title, message] = [without("title"), without("message")];
  const parts = [
    `the message takes ${message}`,
    `the title ${title}`,
    `${page.body === undefined ? "the page around them" : "the rest of the page"} ${size - title - message}`,
  ];
  const escapes = page.contentType === "text/html" ? " (in HTML each & and < takes 4 or 5)" : "";
  return {
    found: `${size} once it is rendered, ${size - PAGE_LIMIT} too many: ${parts.join(", ")}${escapes}`,
    fix: `Shorten the ${page.body === undefined || message + title > size / 2 ? "message" : "page"} by ${size - PAGE_LIMIT} characters`,
  };
}
