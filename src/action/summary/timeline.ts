import type { OperationState } from "../../operations/state.ts";
import { inWords } from "../../targets/duration.ts";
import { codeBlock, details, plain, table } from "../markdown.ts";
import { phaseEndMs } from "../timeline-bars.ts";
import { timelineGantt } from "../timeline-gantt.ts";

/** A chart, and a table with the same times for whoever cannot see one. */
export function timeline(operation: OperationState, now: number | undefined): string {
  if (operation.phases.length === 0) return "";
  return [
    "### Timeline",
    codeBlock(timelineGantt(operation, now), "mermaid"),
    details("The timeline as a table", timelineTable(operation)),
  ].join("\n\n");
}

export function timelineTable(operation: OperationState): string {
  const start = Date.parse(operation.requestedAt);
  const isOver = operation.finishedAt !== undefined || operation.status === "held";
  const rows = operation.phases.map(({ phase, startedAt, outcome }, index) => {
    const endMs = phaseEndMs(operation, index);
    const startMs = Date.parse(startedAt);
    return [
      plain(phase),
      `+${inWords(startMs - start)}`,
      endMs === undefined ? "under way" : inWords(endMs - startMs),
      outcome === "failed" ? "❌ failed" : outcome === "done" ? "done" : endMs || isOver ? "❌ did not end" : "…",
    ];
  });
  return table(["Phase", "Began", "Took", "Outcome"], rows);
}
