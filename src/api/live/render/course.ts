import { type Markup, onlyIf } from "../markup.ts";
import type { LiveView, PhaseView } from "../view-schema.ts";
import { mark, section } from "./section.ts";
import { bar, duration, moment, roughly, since } from "./times.ts";

/** The phases with their times, and what is still to come. */
export const course = (view: LiveView): Markup =>
  section(
    "course",
    view.active ? "How far it is" : "How it went",
    view.phases.length === 0
      ? ["p", {}, "No phase has begun yet."]
      : ["ol", { class: "phases" }, ...view.phases.map((phase) => item(phase, view.now))],
  );

const item = (phase: PhaseView, now: string): Markup => [
  "li",
  { class: phase.state, ...(phase.state === "under-way" && { "aria-current": "step" }) },
  mark(phase.state === "stopped" ? "failed" : phase.state),
  [
    "div",
    {},
    ["p", { class: "phase" }, ["strong", {}, phase.phase], " ", ["span", { class: "does" }, phase.does]],
    ["p", { class: "times" }, ...times(phase, now)],
    ...onlyIf(phase.state === "under-way" && phase.expectedSeconds, (expectedSeconds) =>
      bar(`How far ${phase.phase} has come`, { startedAt: phase.startedAt ?? now, now, expectedSeconds }),
    ),
  ],
];

function times({ state, startedAt, tookSeconds, expectedSeconds }: PhaseView, now: string): Markup[] {
  const expected = expectedSeconds === undefined ? "" : `expected ${roughly(expectedSeconds)}`;
  const from: Markup[] = startedAt ? [" · ", moment(startedAt, "seconds")] : [];
  switch (state) {
    case "to-come":
      return ["to come", expected && ` · ${expected}`];
    case "under-way":
      return ["under way", ...from, " · for ", startedAt ? since(startedAt, now) : "", expected && `, ${expected}`];
    case "stopped":
      return ["stopped here", ...from];
    case "done":
    case "failed":
      return [state, ...from, ` · ${duration(tookSeconds ?? 0)}`, expected && `, ${expected}`];
  }
}
