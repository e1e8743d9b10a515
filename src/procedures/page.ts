import type { Target } from "../targets/schema.ts";

/** A fixed response of a load balancer carries at most this many characters. */
export const PAGE_LIMIT = 1_024;

const escapeHtml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const ETA = "{{eta}}";

/** The target with a page that says when the site will be back, where its message asks for that. */
export const withEta = (target: Target, eta: string): Target => ({
  ...target,
  page: { ...target.page, message: target.page.message.replaceAll(ETA, eta) },
});

/** Nobody knows when the site will be back: the sentence that would say so is left out. */
const withoutEta = (message: string): string => {
  if (!message.includes(ETA)) return message;
  const sentences = message.match(/[^.!?]+[.!?]*\s*/g) ?? [];
  return (
    sentences
      .filter((sentence) => !sentence.includes(ETA))
      .join("")
      .trim() || "We will be back soon."
  );
};

/** The page of the window. It carries the operation's id, by which a probe knows our 503 from any other. */
export function renderPage({ message: template, contentType }: Target["page"], operationId: string): string {
  const message = withoutEta(template);
  switch (contentType) {
    case "application/json":
      return JSON.stringify({ error: { status: 503, code: "MAINTENANCE", message, operation: operationId } });
    case "text/plain":
      return `${message}\n\n(${operationId})\n`;
    case "text/html":
      return [
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        '<meta http-equiv="refresh" content="15"><meta name="robots" content="noindex"><title>Maintenance</title>',
        "<style>body{font:1.1rem/1.5 system-ui,sans-serif;display:grid;place-items:center;min-height:90vh;margin:0 2rem;text-align:center}</style>",
        `<main><h1>Maintenance</h1><p>${escapeHtml(message)}</p><small>${operationId}</small></main></html>`,
      ].join("");
  }
}
