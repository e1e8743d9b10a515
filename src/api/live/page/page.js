// Keeps the live page up to date. The server has written all of it already: without this script it loads again by itself.

/** @typedef {string | [tag: string, attributes: Record<string, string>, ...children: any[]]} Markup */
/** @typedef {{ now: string, active: boolean, title: string, headline: string, detail: string }} View */

const live = /** @type {HTMLElement} */ (document.getElementById("live"));
const heard = /** @type {HTMLElement} */ (document.getElementById("heard"));
const announcer = /** @type {HTMLElement} */ (document.getElementById("announcer"));
const key = new URLSearchParams(location.search).get("key") ?? "";

const PATIENCE_MS = 20_000;
/**
 * Asked shortly and now and then, rather than in requests that wait: in Lambda each request that waits is a process of its own, out of the
 * number that the runbook needs too, and nobody knows how many people watch.
 */
const PAUSE_MS = { seen: 3_000, hidden: 15_000 };
const BACK_OFF_MS = [1_000, 2_000, 4_000, 8_000, 15_000];

let active = live.dataset.active === "true";
/** What the API's clock is ahead of this one. */
let aheadMs = Date.parse(live.dataset.now ?? "") - Date.now();
let heardAt = Date.now();
let failures = 0;
let said = "";
/** @type {(() => void) | undefined} */
let wake;

/** By the API's clock. It stands still while the API is away: nobody knows what is true by now. */
const apiNow = () => (failures > 0 ? heardAt : Date.now()) + aheadMs;

// --- words ---

/** @param {number} seconds */
function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** @type {Record<string, Intl.DateTimeFormat>} */
const FORMATS = {
  minutes: new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" }),
  seconds: new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  day: new Intl.DateTimeFormat(undefined, {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  }),
};

/** @param {number} ms @param {string} shows */
const inZone = (ms, shows) => /** @type {Intl.DateTimeFormat} */ (FORMATS[shows] ?? FORMATS.minutes).format(ms);

/** @param {Element} element @param {string} text */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Times in the zone of whoever looks, and what goes by. */
function tick() {
  for (const time of live.querySelectorAll("time"))
    write(time, inZone(Date.parse(time.dateTime), time.dataset.shows ?? "minutes"));
  for (const element of live.querySelectorAll("[data-since]"))
    write(element, duration((apiNow() - Date.parse(element.getAttribute("data-since") ?? "")) / 1_000));
  for (const bar of live.querySelectorAll("progress[data-from]")) {
    const progress = /** @type {HTMLProgressElement} */ (bar);
    progress.value = Math.min(
      progress.max,
      Math.max(0, (apiNow() - Date.parse(bar.getAttribute("data-from") ?? "")) / 1_000),
    );
  }
}

// --- the page ---

/** The browser writes into these by itself. @param {Element} element */
const isTicking = (element) => element.matches("time, [data-since]");

/** @param {Markup} markup @returns {Node} */
function made(markup) {
  if (typeof markup === "string") return document.createTextNode(markup);
  const [tag, attributes, ...children] = markup;
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== "").map(made));
  return element;
}

/** @param {Node} node @param {Markup} markup */
function isSame(node, markup) {
  if (typeof markup === "string") return node.nodeType === Node.TEXT_NODE;
  return node instanceof Element && node.localName === markup[0] && node.id === (markup[1].id ?? "");
}

/** Changes only what is different, so that focus, selection and what was folded open stay. @param {Element} parent @param {Markup[]} wanted */
function become(parent, wanted) {
  /** @type {ChildNode | null} */
  let at = parent.firstChild;
  for (const markup of joined(wanted)) {
    const named = typeof markup === "string" ? undefined : markup[1].id;
    const moved = named && [...parent.children].find((child) => child.id === named);
    /** @type {ChildNode | null} */
    const found = moved || (at && isSame(at, markup) ? at : null);
    if (!found) {
      parent.insertBefore(made(markup), at);
      continue;
    }
    if (found === at) at = at.nextSibling;
    else parent.insertBefore(found, at);
    update(found, markup);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

/** Texts that follow one another are one, as they are once HTML was read. @param {Markup[]} markup */
function joined(markup) {
  /** @type {Markup[]} */
  const all = [];
  for (const each of markup) {
    const last = all.at(-1);
    if (each === "") continue;
    if (typeof each === "string" && typeof last === "string") all[all.length - 1] = last + each;
    else all.push(each);
  }
  return all;
}

/** @param {Node} node @param {Markup} markup */
function update(node, markup) {
  if (typeof markup === "string") {
    if (node.nodeValue !== markup) node.nodeValue = markup;
    return;
  }
  const element = /** @type {Element} */ (node);
  const [, attributes, ...children] = markup;
  for (const { name } of [...element.attributes])
    if (!(name in attributes) && name !== "open") element.removeAttribute(name);
  for (const [name, value] of Object.entries(attributes))
    if (element.getAttribute(name) !== value && name !== "value") element.setAttribute(name, value);
  if (!isTicking(element)) become(element, children);
}

/** @param {View} view @param {Markup[]} page */
function show(view, page) {
  active = view.active;
  aheadMs = Date.parse(view.now) - heardAt;
  become(live, page);
  document.title = view.title;
  tick();
  // Only what matters is said aloud, and only when it changes: no counter, no progress.
  const says = `${view.headline}. ${view.detail}`;
  if (said && said !== says) announcer.textContent = says;
  said = says;
}

// --- the API ---

function tellWhatWasHeard() {
  const seconds = inZone(heardAt + aheadMs, "seconds");
  heard.classList.toggle("lost", failures > 0);
  heard.classList.toggle("over", !active);
  const text =
    failures > 0
      ? `Not heard since ${seconds}. Below is what was known then. It goes on asking`
      : active
        ? `Up to date, ${seconds}`
        : `It is over, ${seconds}. This page does not change any more`;
  const element = /** @type {Element} */ (heard.firstElementChild);
  write(element, text);
}

/** @param {number} ms */
const pause = (ms) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    wake = () => {
      clearTimeout(timer);
      resolve(undefined);
    };
  });

/** @returns {Promise<"again" | "refused">} */
async function ask() {
  const path = location.pathname.split("/").at(-1);
  const query = new URLSearchParams({ key });
  const response = await fetch(`${path}/state?${query}`, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (response.status === 403 && (await response.json()).code === "invalid-live-link") return "refused";
  if (!response.ok) throw new Error(`answered ${response.status}`);
  const { view, page } = await response.json();
  const wasLost = failures > 0;
  failures = 0;
  heardAt = Date.now();
  show(view, page);
  if (wasLost) announcer.textContent = `Heard again. ${view.headline}.`;
  return "again";
}

async function follow() {
  while (active) {
    try {
      if ((await ask()) === "refused") {
        heard.classList.add("lost");
        write(
          /** @type {Element} */ (heard.firstElementChild),
          "This link has ended. Ask for a new one; what is below does not change any more",
        );
        announcer.textContent = "This link has ended.";
        return;
      }
      tellWhatWasHeard();
      if (!active) return;
      await pause(document.hidden ? PAUSE_MS.hidden : PAUSE_MS.seen);
    } catch {
      failures += 1;
      tick();
      if (failures === 1) announcer.textContent = "The page is not heard from. It goes on trying.";
      tellWhatWasHeard();
      await pause(BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length) - 1] ?? 1_000);
    }
  }
}

const again = () => wake?.();
addEventListener("online", again);
document.addEventListener("visibilitychange", () => document.hidden || again());

tick();
tellWhatWasHeard();
setInterval(tick, 1_000);
void follow();
