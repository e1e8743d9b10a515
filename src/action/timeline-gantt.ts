import type { OperationState } from "../operations/state.ts";
import { mermaidText } from "./mermaid-text.ts";
import { type Bar, timelineBars } from "./timeline-bars.ts";

/** GitHub draws no diagram of more than 50,000 characters, and nobody reads one of a hundred rows. */
const MOST_ROWS = 100;
/** A bar is never thinner than this part of the whole, or nobody sees it. */
const THINNEST = 1 / 150;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * The operation as a Mermaid gantt. Its times count from the chart's begin: Mermaid reads and writes times in the zone of whoever looks, so a
 * day without a change of clocks shows everybody the same.
 */
export function timelineGantt(operation: OperationState, now?: number): string {
  const { beginMs, endMs, site, runbook } = timelineBars(operation, now);
  const lastMs = Math.max(endMs, ...[...site, ...runbook].map(({ toMs }) => toMs));
  const spanMs = Math.max(1_000, lastMs - beginMs);
  const task = taskFrom({ beginMs, thinnestMs: Math.ceil(spanMs * THINNEST) });
  const { axis, unit } = axisOf(spanMs);
  return [
    "gantt",
    `  title ${unit} since ${new Date(beginMs).toISOString().slice(0, 19).replace("T", " ")} UTC`,
    "  dateFormat YYYY-MM-DD HH:mm:ss.SSS",
    `  axisFormat ${axis}`,
    ...(spanMs <= 10_000 ? ["  tickInterval 1second"] : []),
    "  todayMarker off",
    "  section Site",
    ...site.slice(-MOST_ROWS).map(task),
    ...(runbook.length > 0 ? ["  section Runbook", ...runbook.slice(-MOST_ROWS).map(task)] : []),
  ].join("\n");
}

function axisOf(spanMs: number): { axis: string; unit: string } {
  if (spanMs < HOUR_MS) return { axis: "%M:%S", unit: "minutes:seconds" };
  return spanMs < 24 * HOUR_MS
    ? { axis: "%H:%M", unit: "hours:minutes" }
    : { axis: "day %-d %H:%M", unit: "days and hours:minutes" };
}

const tags: Record<Bar["look"], string> = {
  done: "done, ",
  "under-way": "active, ",
  failed: "crit, ",
  closed: "",
  wait: "active, ",
  held: "crit, active, ",
  milestone: "milestone, ",
  "bad-milestone": "crit, milestone, ",
};

const taskFrom =
  ({ beginMs, thinnestMs }: { beginMs: number; thinnestMs: number }) =>
  ({ name, fromMs, toMs, look }: Bar): string => {
    const isMoment = look === "milestone" || look === "bad-milestone";
    const endMs = isMoment ? fromMs : Math.max(toMs, fromMs + thinnestMs);
    return `  ${mermaidText(name)} :${tags[look]}${sinceBegin(fromMs - beginMs)}, ${sinceBegin(endMs - beginMs)}`;
  };

const DAY_WITHOUT_CLOCK_CHANGES_MS = Date.UTC(2000, 0, 1);
const sinceBegin = (ms: number): string =>
  new Date(DAY_WITHOUT_CLOCK_CHANGES_MS + Math.max(0, ms)).toISOString().slice(0, 23).replace("T", " ");
