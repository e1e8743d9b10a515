import { roundedTime } from "../src/operations/forecast.ts";
import { escapeHtml } from "../src/targets/html-page.ts";
import { PAGE_LIMIT, renderPage, withEta } from "../src/targets/page.ts";
import { type Page, pageSchema } from "../src/targets/page-schema.ts";
import type { Target } from "../src/targets/schema.ts";

/** A page as visitors get it at some moment. */
export type Look = { name: string; when: string; contentType: Page["contentType"]; size: number; page: string };

const AN_OPERATION = "op-20260115-020000-3f9a2c";
const HALF_AN_HOUR_MS = 30 * 60_000;

/** What visitors get when they are told a time, and when nobody knows one. One look where that makes no difference. */
export function looksOf(name: string, page: Page = pageSchema.parse({}), nowMs: number): Look[] {
  const told = withEta({ page } as Target, roundedTime(nowMs + HALF_AN_HOUR_MS)).page;
  const look = (when: string, of: Page): Look => {
    const rendered = renderPage(of, AN_OPERATION);
    return { name, when, contentType: of.contentType, size: rendered.length, page: rendered };
  };
  const [known, unknown] = [look("in the window", told), look("when nobody knows the time", page)];
  return known.page === unknown.page ? [known] : [known, unknown];
}

/** Every look in one HTML file that needs nothing else, each light, dark and on a phone. Their scripts do not run in it. */
export const galleryOf = (looks: Look[]): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>What visitors read</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem; color: #222; background: #eee; }
  section { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: start; }
  figure { margin: 0; } figcaption { font-size: .85rem; color: #555; }
  iframe { border: 0; background: Canvas; border-radius: .5rem; box-shadow: 0 1px 6px #0004; width: 640px; height: 420px; }
  iframe.phone { width: 360px; height: 640px; }
</style>
<h1>What visitors read</h1>
<p>Each with the status 503 and no header of its own: a load balancer's fixed response takes none, not even Retry-After.</p>
${looks.map(sectionOf).join("\n")}
</html>
`;

const sectionOf = (look: Look) => `<h2>${look.name}</h2>
<p>${look.when} · ${look.contentType} · ${look.size} of ${PAGE_LIMIT} characters</p>
<section>${views.map((view) => frameOf(look, view)).join("")}</section>`;

const frameOf = ({ name, when, ...look }: Look, { label, scheme, phone }: (typeof views)[number]) =>
  `<figure><iframe title="${name}, ${when}, ${label}"${phone ? ' class="phone"' : ""} style="color-scheme: ${scheme}" sandbox srcdoc="${escapeHtml(asDocument(look, scheme))}"></iframe><figcaption>${label}</figcaption></figure>`;

const views = [
  { label: "light", scheme: "light", phone: false },
  { label: "dark", scheme: "dark", phone: false },
  { label: "on a phone", scheme: "light", phone: true },
] as const;

/** What is no HTML as browsers show it: as it is written. */
const asDocument = ({ page, contentType }: Pick<Look, "page" | "contentType">, scheme: "light" | "dark") =>
  contentType === "text/html"
    ? page.replace("color-scheme:light dark", `color-scheme:${scheme}`)
    : `<!doctype html><style>:root { color-scheme: ${scheme} } pre { white-space: pre-wrap }</style><pre>${escapeHtml(page)}</pre>`;
