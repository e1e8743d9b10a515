import type { Markup } from "../markup.ts";
import type { LiveView } from "../view-schema.ts";
import { mark, section } from "./section.ts";
import { moment } from "./times.ts";

/** What was said and done, newest first. */
export const messages = ({ messages: all }: LiveView): Markup =>
  section("messages", "What happened", [
    "ol",
    { class: "messages" },
    ...all.map(
      ({ at, kind, text, seq }): Markup => [
        "li",
        { class: kind, id: `event-${seq}` },
        moment(at, "seconds"),
        " ",
        ["span", {}, text],
      ],
    ),
  ]);

/** What was looked at before anything was touched. */
export function checks({ checks: all }: LiveView): Markup {
  const passed = all.filter(({ outcome }) => outcome === "passed");
  const others = all.filter(({ outcome }) => outcome !== "passed");
  return section(
    "checks",
    "Checks",
    ["p", {}, summary(all)],
    ...(others.length > 0 ? [["ul", { class: "checks" }, ...others.map(check)] satisfies Markup] : []),
    ...(passed.length > 0
      ? [
          [
            "details",
            { id: "passed" },
            ["summary", {}, `${passed.length} passed`],
            ["ul", { class: "checks" }, ...passed.map(check)],
          ] satisfies Markup,
        ]
      : []),
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
    ...(fix ? [["p", { class: "small" }, fix] satisfies Markup] : []),
    ...(outcome === "passed" ? [] : [["p", { class: "small" }, `Looked at ${looked}`] satisfies Markup]),
  ],
];
