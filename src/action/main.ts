import { activeStatuses } from "../operations/operation.ts";
import type { OperationState } from "../operations/state.ts";
import { type Client, createClient } from "./client.ts";
import type { ActionDeps } from "./deps.ts";
import { Interrupted, StartUncertain } from "./errors.ts";
import { follow, isOver } from "./follow.ts";
import { createHttp } from "./http.ts";
import { createIdTokens } from "./id-token.ts";
import type { Inputs, Work } from "./inputs.ts";
import { createLog, type Log } from "./log.ts";
import type { Outcome } from "./outcome.ts";
import { report } from "./report.ts";
import type { Patience } from "./retry.ts";
import { refusalInWords } from "./taken.ts";

/** How long an API that is away is asked again, while nothing depends on it yet. */
const PATIENCE_MS = 5 * 60_000;
const RECEIPT_PATIENCE_MS = 60_000;

/** Does what the inputs ask for, and reports how it ended. Never throws. 0 is success, 1 everything else. */
export async function run(inputs: Inputs, deps: ActionDeps): Promise<0 | 1> {
  const client = clientFor(inputs, deps);
  const log = createLog(deps);
  const seen: Seen = {};
  let outcome: Outcome;
  try {
    outcome = await carryOut(inputs.work, { inputs, deps, client, log, seen });
  } catch (thrown) {
    outcome = await explain(thrown, { inputs, deps, client, seen });
  }
  log.end();
  return report(outcome, { inputs, deps });
}

export function clientFor(inputs: Pick<Inputs, "apiUrl" | "audience">, { core, clock, fetch }: ActionDeps): Client {
  const idTokens = createIdTokens({ getIDToken: core.getIDToken, clock, audience: inputs.audience });
  return createClient(createHttp({ apiUrl: inputs.apiUrl, fetch, clock, idTokens }));
}

/** What a step that is stopped halfway knows. */
type Seen = { operation?: OperationState };
type Job = { inputs: Inputs; deps: ActionDeps; client: Client; log: Log; seen: Seen };

async function carryOut(work: Work, job: Job): Promise<Outcome> {
  const { inputs, deps, client } = job;
  switch (work.procedure) {
    case "plan": {
      const request = { target: inputs.target, request: work.request };
      return { kind: "planned", plan: await client.plan(request, patience(job, PATIENCE_MS)) };
    }
    case "upgrade": {
      const { request, idempotencyKey } = work;
      const onSend = () => deps.core.saveState("startRequested", "true");
      const start = { target: inputs.target, request, idempotencyKey, onSend };
      const operation = await client.start(start, patience(job, PATIENCE_MS));
      deps.core.saveState("operationId", operation.id);
      job.seen.operation = operation;
      deps.core.info(`Operation ${operation.id}: ${inputs.apiUrl}/v1/operations/${operation.id}`);
      return inputs.wait ? followToTheEnd(operation, job) : { kind: "left", operation };
    }
    case "status": {
      const operation = await client.operation(work.operationId, patience(job, PATIENCE_MS));
      if (operation.target !== inputs.target)
        throw new Error(`operation ${operation.id} works on ${operation.target}, expected one of ${inputs.target}`);
      deps.core.saveState("operationId", operation.id);
      job.seen.operation = operation;
      if (inputs.wait) return followToTheEnd(operation, job);
      return isOver(operation) ? over(operation, job) : { kind: "left", operation };
    }
  }
}

async function followToTheEnd(operation: OperationState, job: Job): Promise<Outcome> {
  const { inputs, deps, client, log, seen } = job;
  const { notBefore } = operation.request;
  const aheadMs = notBefore === undefined ? 0 : Math.max(0, Date.parse(notBefore) - deps.clock.now());
  const ended = await follow(operation, {
    ...patience(job, aheadMs + inputs.timeoutMs),
    client,
    onEvent: log.event,
    onState: (state) => {
      seen.operation = state;
    },
  });
  log.end();
  const state = seen.operation ?? operation;
  deps.core.debug(`ended ${ended} at version ${state.version}`);
  return ended === "over" ? over(state, job) : { kind: "timed-out", operation: state, timeoutMs: inputs.timeoutMs };
}

async function over(operation: OperationState, job: Job): Promise<Outcome> {
  if (activeStatuses.includes(operation.status)) return { kind: "over", operation };
  try {
    return {
      kind: "over",
      operation,
      receipt: await job.client.receipt(operation.id, patience(job, RECEIPT_PATIENCE_MS)),
    };
  } catch (error) {
    job.deps.core.warning(`The operation is over, but its receipt could not be had: ${messageOf(error)}`, {
      title: "Intermission: no receipt",
    });
    return { kind: "over", operation };
  }
}

function patience({ deps, log }: Pick<Job, "deps" | "log">, forMs: number): Patience {
  const { clock, random, interruption: signal } = deps;
  return { clock, random, signal, until: clock.now() + forMs, onTrouble: log.trouble, onAnswer: log.alive };
}

async function explain(thrown: unknown, { inputs, deps, client, seen }: Omit<Job, "log">): Promise<Outcome> {
  const { operation } = seen;
  const { work, target } = inputs;
  if (thrown instanceof Interrupted && operation) return { kind: "detached", operation, signal: thrown.signal };
  if (thrown instanceof StartUncertain && work.procedure === "upgrade")
    return { kind: "unknown", target, why: thrown.message, idempotencyKey: work.idempotencyKey };
  const error = await refusalInWords(thrown, { target, client, deps });
  return { kind: "failed", target, error, operation };
}

const messageOf = (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown));
