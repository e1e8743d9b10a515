import { isDeepStrictEqual } from "node:util";
import type { SandboxEvent } from "../../src/sandbox/cloud/event-log.ts";
import { RUNBOOK_FUNCTION } from "../../src/sandbox/own-plan.ts";
import type { Hit } from "./disturber.ts";

/**
 * What the log has against it that a worker ended at each of these points, at no other, and that another went on: the invocations that ended without an
 * answer are as many, each is the next that is told of the function after the point, and the point's call is there exactly when it was to have an effect.
 */
export function proofOf(log: readonly SandboxEvent[], hits: readonly Hit[]): string[] {
  const told = log.filter((event) => event.kind === "function" && event.functionName === RUNBOOK_FUNCTION);
  const ended = told.filter((event) => event.kind === "function" && ENDED.has(event.change));
  const wrong: string[] = [];
  if (ended.length !== hits.length) wrong.push(`expected ${hits.length} workers to end, found ${ended.length}`);
  for (const { point, moment, seq, call } of hits) {
    const [end, next] = told.filter((event) => event.seq > seq);
    if (end?.kind !== "function" || !ENDED.has(end.change)) {
      wrong.push(`${point}: expected its worker to end next, found ${JSON.stringify(end)}`);
      continue;
    }
    if (next?.kind !== "function" || next.change !== "invoked")
      wrong.push(`${point}: expected another worker after it, found ${JSON.stringify(next)}`);
    const last = log.find((event) => event.seq === seq);
    const isCall = (event: SandboxEvent | undefined) =>
      event?.kind === "call" &&
      event.outcome === "ok" &&
      event.service === call.service &&
      event.operation === call.operation &&
      isDeepStrictEqual(event.parameters, JSON.parse(JSON.stringify(call.parameters)));
    if (moment === "after" && !isCall(last))
      wrong.push(`${point}: expected its effect in the log, found ${last?.kind}`);
    if (moment === "before" && log.some((event) => event.seq > seq && event.seq <= end.seq && isCall(event)))
      wrong.push(`${point}: expected no effect before its worker ended, found one`);
  }
  return wrong;
}

const ENDED: ReadonlySet<string> = new Set(["killed", "crashed"]);
