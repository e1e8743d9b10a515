import type { Said } from "./own-page.ts";
import { sentencesOf } from "./sentences.ts";

export const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/**
 * The default page. It asks its own address now and then, each visitor at a pace of their own, and reloads when the answer is not the load
 * balancer's any more: nothing moves while somebody reads. A redirect cannot be followed to another host, but tells enough. Without
 * scripts it reloads each minute.
 */
export function htmlPage({ title, language, message, operation }: Said): string {
  const eta = TIME.exec(message);
  const hide = eta ? `(h=_=>e.hidden=${isPast(eta)})();` : "";
  return [
    `<!doctype html><html lang="${escapeHtml(language)}"><meta charset=utf-8><meta name=viewport content="width=device-width">`,
    `<title>${escapeHtml(title)}</title><noscript><meta http-equiv=refresh content=60></noscript>`,
    "<style>:root{color-scheme:light dark;font:1.1em/1.6 system-ui}body{display:grid;place-content:center;min-height:85vh;margin:auto;padding:1em;max-width:34em;overflow-wrap:anywhere;hyphens:auto}h1{font-size:1.6em}p{white-space:pre-line}small{opacity:.7}</style>",
    `<main dir=auto><h1>${escapeHtml(title)}</h1><p>${eta ? withTime(message) : escapeHtml(message)}</p><small>${operation}</small></main>`,
    `<script>${hide}setInterval(_=>{${hide && "h();"}fetch("",{cache:"no-store",redirect:"manual"}).then(r=>r.status<500&&location.reload())},2e4+Math.random()*2e4)</script>`,
  ].join("");
}

/** As `roundedTime` writes it. */
const TIME = /([01]\d|2[0-3]):([0-5]\d) UTC/;

/** The time has no date, so that it counts as past for half a day: an estimate that did not hold is better not read at all. */
function isPast([, hours, minutes]: RegExpExecArray): string {
  const since = (24 * 60 - (Number(hours) * 60 + Number(minutes))) % (24 * 60);
  return `(Date.now()/6e4+${since})%1440<720`;
}

/** From the first sentence that names a time to the last, in an element of their own. */
function withTime(message: string): string {
  const sentences = sentencesOf(message);
  const [first, last] = [sentences.findIndex(hasTime), sentences.findLastIndex(hasTime) + 1];
  const [before, timed, after] = [sentences.slice(0, first), sentences.slice(first, last), sentences.slice(last)];
  const html = (part: string[]) => escapeHtml(part.join(""));
  return `${html(before)}<span id=e>${html(timed)}</span>${html(after)}`;
}
const hasTime = (sentence: string) => TIME.test(sentence);
