import type { Target } from "../targets/schema.ts";

/** A fixed response of a load balancer carries at most this many characters. */
export const PAGE_LIMIT = 1_024;

const escapeHtml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** The page of the window. It carries the operation's id, by which a probe knows our 503 from any other. */
export function renderPage({ message, contentType }: Target["page"], operationId: string): string {
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
