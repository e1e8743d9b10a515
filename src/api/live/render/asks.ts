import type { Markup } from "../markup.ts";
import type { AskedView, LiveView, WayView } from "../view-schema.ts";
import { section } from "./section.ts";
import { moment } from "./times.ts";

/** What went wrong, and what people are asked. This page decides nothing: it says how to. */
export function asks(view: LiveView): Markup[] {
  return [
    ...(view.problem ? [trouble(view.problem, view.status)] : []),
    ...(view.asks ? [question(view.asks)] : []),
    ...(view.notes.length > 0 ? [notes(view.notes)] : []),
  ];
}

const trouble = ({ message, hint }: NonNullable<LiveView["problem"]>, status: LiveView["status"]): Markup =>
  section(
    "problem",
    status === "held" ? "Why it is held" : "What went wrong",
    ["p", { class: "problem" }, message],
    ...(hint ? [["p", {}, ["strong", {}, "What to do: "], hint] satisfies Markup] : []),
  );

const question = ({ says, until, otherwise, ways }: AskedView): Markup =>
  section(
    "decide",
    "What can be decided",
    [
      "p",
      {},
      `${says}.`,
      ...(until ? [" The time to decide ends at ", moment(until), otherwise ? `; then: ${otherwise}.` : "."] : []),
    ],
    ...(ways.length > 0 ? [["dl", { class: "ways" }, ...ways.flatMap(way)] satisfies Markup] : []),
    ...(ways.length > 0
      ? [
          [
            "p",
            { class: "small" },
            "This page only shows. Whoever may decide does so by a workflow or from a terminal.",
          ] satisfies Markup,
        ]
      : []),
  );

const way = ({ decision, does, discards, workflow, curl }: WayView): Markup[] => [
  ["dt", {}, decision],
  [
    "dd",
    {},
    ["p", {}, `${does}.`],
    ...(discards
      ? [
          [
            "p",
            { class: "problem" },
            "What visitors wrote since ",
            moment(discards.from, "day"),
            " is thrown away.",
          ] satisfies Markup,
        ]
      : []),
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
      ({ what, fix }): Markup => ["li", {}, what, ...(fix ? [["p", { class: "small" }, fix] satisfies Markup] : [])],
    ),
  ]);
