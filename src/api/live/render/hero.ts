import { type Markup, onlyIf } from "../markup.ts";
import type { LiveView } from "../view-schema.ts";
import { bar, duration, moment, roughly, since } from "./times.ts";

/** What there is to know first, large enough to be read from across a room. */
export function hero(view: LiveView): Markup {
  const { window, now } = view;
  const closedSince = view.site === "open" ? undefined : window.closedSince;
  const expectedSeconds = window.expectedAt && window.expectedSeconds;
  return [
    "section",
    { id: "now", class: `hero ${view.tone}`, "aria-labelledby": "headline" },
    ["p", { class: "eyebrow" }, ["strong", {}, view.target], ` · ${view.what}`],
    ["h1", { id: "headline" }, `${view.headline}.`],
    ["p", { class: "detail" }, view.detail],
    ...onlyIf(view.progress, (said) => ["p", { class: "said" }, said]),
    ["dl", { class: "clocks" }, ...clocks(view)],
    ...onlyIf(closedSince && expectedSeconds, (expected) =>
      bar("How much of the expected window has gone by", {
        ...{ startedAt: closedSince ?? now, now, expectedSeconds: Number(expected) },
      }),
    ),
  ];
}

function clocks({ window, site, now, status }: LiveView): Markup[] {
  const found: Markup[] = [];
  if (window.closesAt && site === "open")
    found.push(clock("Expected to close", [moment(window.closesAt)], forLong(window.expectedSeconds)));
  if (window.closedSince && site !== "open")
    found.push(
      clock("Closed for", [since(window.closedSince, now)], ["since ", moment(window.closedSince, "seconds")]),
    );
  if (window.expectedAt && window.closedSince)
    found.push(clock("Expected open", ["about ", moment(window.expectedAt)], comparedToForecast(window)));
  else if (window.closedSince && site !== "open")
    found.push(
      clock(
        "Expected open",
        ["not known"],
        [status === "waiting" || status === "held" ? "it depends on a decision" : "no forecast holds for the way back"],
      ),
    );
  if (window.openedAt) found.push(clock("Open again since", [moment(window.openedAt)], []));
  if (window.tookSeconds !== undefined)
    found.push(
      clock(
        "Was closed for",
        [duration(window.tookSeconds)],
        [window.expectedSeconds === undefined ? "" : `expected ${roughly(window.expectedSeconds)}`],
      ),
    );
  if (window.latestAt)
    found.push(clock("At the latest", [moment(window.latestAt)], ["if every wait takes as long as it may"]));
  if (window.mustOpenBy) found.push(clock("Must open by", [moment(window.mustOpenBy)], []));
  return found;
}

const clock = (name: string, value: Markup[], beside: Markup[]): Markup => [
  "div",
  {},
  ["dt", {}, name],
  ["dd", { class: "value" }, ...value],
  ...onlyIf(
    beside.some((each) => each !== ""),
    () => ["dd", { class: "beside" }, ...beside],
  ),
];

const forLong = (seconds?: number): Markup[] => (seconds === undefined ? [] : [`for about ${roughly(seconds)}`]);

const SAME_SECONDS = 30;

function comparedToForecast({ expectedAt, forecastAt }: LiveView["window"]): Markup[] {
  if (!expectedAt || !forecastAt) return [];
  const late = (Date.parse(expectedAt) - Date.parse(forecastAt)) / 1_000;
  if (Math.abs(late) < SAME_SECONDS) return ["as forecast"];
  return [`${roughly(Math.abs(late))} ${late > 0 ? "later" : "earlier"} than forecast`];
}
