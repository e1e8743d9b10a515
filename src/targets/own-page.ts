import { escapeHtml } from "./html-page.ts";
import type { Page } from "./page-schema.ts";

/** What a page of the operator's own may name. */
export const placeholders = ["title", "message", "language", "operation"] as const;
export type Said = Record<(typeof placeholders)[number], string>;

const PLACEHOLDER = /\{\{\s*(\w+)\s*\}\}/g;

/** The operator's page with what is to be said put in, escaped for where it goes. */
export const ownPage = (
  body: string,
  { contentType, said }: { contentType: Page["contentType"]; said: Said },
): string =>
  body.replaceAll(PLACEHOLDER, (whole, name: string) =>
    name in said ? escapes[contentType](said[name as keyof Said]) : whole,
  );

/** What a page names that nobody would put in. */
export const unknownPlaceholders = (body: string): string[] =>
  [...body.matchAll(PLACEHOLDER)].flatMap(([whole, name]) =>
    placeholders.some((each) => each === name) ? [] : [whole],
  );

/** A page without it could not be told from any other 503. */
export const namesOperation = (body: string): boolean => /\{\{\s*operation\s*\}\}/.test(body);

const escapes: Record<Page["contentType"], (text: string) => string> = {
  "text/html": escapeHtml,
  "text/plain": (text) => text,
  "application/json": (text) => JSON.stringify(text).slice(1, -1),
};
