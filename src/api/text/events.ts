import type { OperationEvent } from "../../operations/event.ts";
import { eventLine } from "../../operations/event-line.ts";
import { timeOfDay } from "./columns.ts";

/** One line an event: its number, its time of day in UTC, what happened. `version` is the last event's that there is, which may be a later one. */
export function eventsAsText(events: readonly OperationEvent[], version: number): string {
  const lines = events.map(
    (event) => `${String(event.seq).padStart(4)}  ${timeOfDay(event.at)}  ${eventLine(event)}\n`,
  );
  const last = events.at(-1)?.seq ?? version;
  const left = version > last ? [`… and ${version - last} more: ask with after=${last}\n`] : [];
  return [...lines, ...left].join("");
}
