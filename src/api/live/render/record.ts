import { type Markup, onlyIf } from "../markup.ts";
import type { LiveView, MessageView } from "../view-schema.ts";
import { mark, section } from "./section.ts";
import { moment, withMoments } from "./times.ts";

const SHOWN = 15;

/** What was said and done, newest first. Of a long list the older part is folded. */
export const messages = ({ messages: all }: LiveView): Markup =>
  section(
    "messages",
    "What happened",
    ["ol", { class: "messages" }, ...all.slice(0, SHOWN).map(message)],
    ...onlyIf(all.length > SHOWN, () => [
      "details",
      { id: "earlier" },
      ["summary", {}, "Earlier"],
      ["ol", { class: "messages" }, ...all.slice(SHOWN).map(message)],
    ]),
    ...onlyIf(all.length === 0, () => ["p", {}, "Nothing yet."]),
  );

const message = ({ at, kind, text, seq }: MessageView): Markup => [
  "li",
  { class: kind, id: `event-${seq}` },
  moment(at, "seconds"),
  " ",
  ["span", {}, ...withMoments(text)],
];

/** What was looked at before anything was touched. */
export function checks({ checks: all }: LiveView): Markup {
  const passed = all.filter(({ outcome }) => outcome === "passed");
  const others = all.filter(({ outcome }) => outcome !== "passed");
  return section(
    "checks",
    "Checks",
    ["p", {}, summary(all)],
    ...onlyIf(others.length > 0, () => ["ul", { class: "checks" }, ...others.map(check)]),
    ...onlyIf(passed.length > 0, () => [
      "details",
      { id: "passed" },
      ["summary", {}, `${passed.length} passed`],
      ["ul", { class: "checks" }, ...passed.map(check)],
    ]),
  );
}

function summary(all: LiveView["checks"]): string {
  if (all.length === 0) return "No check has run yet.";
  const count = (outcome: string) => all.filter((each) => each.outcome === outcome).length;
  const [failed, warned] = [count("failed"), count("warned")];
  if (failed > 0) return `${failed} of ${all.length} failed${warned > 0 ? `, ${warned} warned` : ""}.`;
  return warned > 0 ? `${warned} of ${all.length} warned; nobody stops for a warning.` : `All ${all.length} passed.`;
}

const check = ({ name, outcome, looked, expected, found, fix }: LiveView["checks"][number]): Markup => [
  "li",
  { class: outcome },
  mark(outcome === "passed" ? "done" : outcome),
  [
    "div",
    {},
    [
      "p",
      {},
      ["strong", {}, name],
      ` ${outcome}: `,
      outcome === "passed" ? found : `expected ${expected}, found ${found}`,
    ],
    ...onlyIf(fix, (todo) => ["p", { class: "small" }, todo]),
    ...onlyIf(outcome !== "passed", () => ["p", { class: "small" }, `Looked at ${looked}`]),
  ],
];
