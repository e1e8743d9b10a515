import type { OperationEvent } from "../../src/operations/event.ts";
import type { Violation } from "../../src/sandbox/checker/verdict.ts";
import { timeline } from "../simulation/timeline.ts";

/** Something that the operation's log does not have. */
export type Note = { at: string; text: string };

/** The operation's log by seconds since its request, with everything else that happened between its lines. */
export function storyOf({
  events,
  notes,
  violations,
}: {
  events: OperationEvent[];
  notes: Note[];
  violations: Violation[];
}): string {
  if (!events[0]) return `${notes.map(({ at, text }) => `${at}  ${text}`).join("\n")}\n`;
  const began = Date.parse(events[0].at);
  const shown = events.filter((event) => event.type !== "check" || event.check.outcome !== "passed");
  const claims = shown.map((event) => ({
    at: event.at,
    line: timeline([{ ...event, at: events[0]!.at }]).slice(10, -1),
  }));
  const others = [
    ...notes.map(({ at, text }) => ({ at, line: `>> ${text}` })),
    ...violations.map(({ at, invariant, message }) => ({ at, line: `!! invariant ${invariant}: ${message}` })),
  ];
  return `${[...claims, ...others]
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .map(({ at, line }) => `${((Date.parse(at) - began) / 1_000).toFixed(1).padStart(8)}  ${line}`)
    .join("\n")}\n`;
}
