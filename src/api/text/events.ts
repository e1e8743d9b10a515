import type { OperationEvent } from "../../operations/event.ts";
import { eventLine } from "../../operations/event-line.ts";
import { timeOfDay } from "./columns.ts";

/** One line an event: its number, its time of day in UTC, what happened. */
export function eventsAsText(events: readonly OperationEvent[]): string {
  const lines = events.map(
    (event) => `${String(event.seq).padStart(4)}  ${timeOfDay(event.at)}  ${eventLine(event)}\n`,
  );
  return lines.join("");
}
