import { isActive } from "../operations/operation.ts";
import { type Answered, questionOf } from "./answered.ts";
import { wayPast } from "./bypass.ts";
import { follow } from "./follow.ts";
import { type Job, messageOf, patience } from "./job.ts";
import type { Outcome } from "./outcome.ts";
import type { Wish } from "./wish.ts";

const RECEIPT_PATIENCE_MS = 60_000;

export type Decided = {
  /** The operation's version when this step decided. */
  after: number;
  wish: Wish;
  what: Extract<Outcome, { kind: "not-taken-up" }>["what"];
};

/** Stays with the operation for as long as the inputs say. */
export async function stay(operation: Answered, job: Job, decided?: Decided): Promise<Outcome> {
  const { inputs, deps, client, log, seen } = job;
  const { notBefore } = operation.request;
  const aheadMs = notBefore === undefined ? 0 : Math.max(0, Date.parse(notBefore) - deps.clock.now());
  log.begin(operation, (question) => endsAt(inputs.until, question));
  const ended = await follow(operation, {
    ...patience(job, aheadMs + inputs.timeoutMs),
    client,
    after: decided?.after ?? 0,
    endsAt: (state) => endsAt(inputs.until, questionOf(state)),
    onEvent: log.event,
    onState: job.onState,
  });
  log.end();
  const state = seen.operation ?? operation;
  deps.core.debug(`ended ${ended} at version ${state.version}`);
  switch (ended) {
    case "over":
      return over(state, job, decided?.wish);
    case "asked": {
      const bypass = await wayPast(state, job);
      return { kind: "asked", operation: state, ...(bypass && { bypass }) };
    }
    case "timed-out":
      return { kind: "timed-out", operation: state, timeoutMs: inputs.timeoutMs };
    case "not-taken-up":
      return {
        ...{ kind: "not-taken-up", operation: state, recorded: true, what: decided?.what ?? "proceed" },
        why: "It is recorded, and no run took the held operation over.",
      };
  }
}

/** A maintenance may ask before its window too: whoever decides that does it elsewhere, and the step waits for the node. */
function endsAt(until: Job["inputs"]["until"], question: string | undefined): boolean {
  if (question === undefined) return false;
  return until === "question" || (until === "work" && question === "maintenance");
}

/** With its receipt, where it has one. */
export async function over(operation: Answered, job: Job, wish?: Wish): Promise<Outcome> {
  const outcome = { kind: "over" as const, operation, ...(wish && { wish }) };
  if (isActive(operation.status)) return outcome;
  try {
    return { ...outcome, receipt: await job.client.receipt(operation.id, patience(job, RECEIPT_PATIENCE_MS)) };
  } catch (error) {
    job.deps.core.warning(`The operation is over, but its receipt could not be had: ${messageOf(error)}`, {
      title: "Intermission: no receipt",
    });
    return outcome;
  }
}
