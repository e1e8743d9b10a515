import { type Markup, onlyIf } from "../markup.ts";
import type { AskedView, LiveView, WayView } from "../view-schema.ts";
import { section } from "./section.ts";
import { moment, withMoments } from "./times.ts";

/** What went wrong, and what people are asked. This page decides nothing: it says how to. */
export const asks = (view: LiveView): Markup[] => [
  ...onlyIf(view.problem, (problem) => trouble(problem, view.status)),
  ...onlyIf(view.asks, question),
  ...onlyIf(view.notes.length > 0, () => notes(view.notes)),
];

const trouble = ({ message, hint }: NonNullable<LiveView["problem"]>, status: LiveView["status"]): Markup =>
  section(
    "problem",
    status === "held" ? "Why it is held" : "What went wrong",
    ["p", { class: "problem" }, ...withMoments(message)],
    ...onlyIf(hint, (what) => ["p", {}, ["strong", {}, "What to do: "], ...withMoments(what)]),
  );

const question = ({ says, until, otherwise, ways }: AskedView): Markup =>
  section(
    "decide",
    "What can be decided",
    [
      "p",
      {},
      `${says}.`,
      ...(until ? [" The time to decide ends at ", moment(until)] : []),
      ...(until ? [otherwise ? `; then: ${otherwise}.` : "."] : []),
    ],
    ...onlyIf(ways.length > 0, () => ["dl", { class: "ways" }, ...ways.flatMap(way)]),
    ...onlyIf(ways.length > 0, () => [
      "p",
      { class: "small" },
      "This page only shows. Whoever may decide does so by a workflow or from a terminal.",
    ]),
  );

const way = ({ decision, does, discards, data, by, workflow, curl }: WayView): Markup[] => [
  ["dt", {}, decision],
  [
    "dd",
    {},
    ["p", {}, ...withMoments(does), "."],
    ...onlyIf(by, (who): Markup => ["p", {}, `Only by ${who}.`]),
    ...onlyIf(discards, ({ from }) => [
      "p",
      { class: "problem" },
      "What visitors wrote since ",
      moment(from, "day"),
      " is thrown away.",
    ]),
    ...onlyIf(
      data,
      (): Markup => [
        "p",
        { class: "problem" },
        "Nothing here can tell whether the data was changed. Whoever decides so takes it upon himself that it may be used as it is.",
      ],
    ),
    [
      "details",
      { id: `how-${decision}` },
      ["summary", {}, `How to decide ${decision}`],
      ["p", { class: "small" }, "As a step of a workflow"],
      ["pre", {}, workflow],
      ["p", { class: "small" }, "From a terminal, with AWS credentials"],
      ["pre", {}, curl],
    ],
  ],
];

const notes = (all: LiveView["notes"]): Markup =>
  section("notes", "What to know", [
    "ul",
    {},
    ...all.map(
      ({ what, fix }): Markup => [
        "li",
        {},
        ...withMoments(what),
        ...onlyIf(fix, (todo) => ["p", { class: "small" }, ...withMoments(todo)]),
      ],
    ),
  ]);
