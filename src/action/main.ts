import { isActive } from "../operations/operation.ts";
import type { Answered } from "./answered.ts";
import { carryOut } from "./carry-out.ts";
import { type Client, createClient } from "./client.ts";
import { createDeployments } from "./deployments.ts";
import type { ActionDeps } from "./deps.ts";
import { AnswerUncertain, Interrupted } from "./errors.ts";
import { createHttp } from "./http.ts";
import { createIdTokens } from "./id-token.ts";
import type { Inputs } from "./inputs.ts";
import type { Job, Seen } from "./job.ts";
import { createLog } from "./log.ts";
import { goBackOnCancel, timeFor } from "./on-cancel.ts";
import type { Outcome } from "./outcome.ts";
import { report } from "./report.ts";
import { refusalInWords } from "./taken.ts";
import { wishOf } from "./wish.ts";

/** Does what the inputs ask for, and reports how it ended. Never throws. 0 is success, 1 everything else. */
export async function run(inputs: Inputs, deps: ActionDeps): Promise<0 | 1> {
  const { core, interruption } = deps;
  // The post step must know why there is no report, should there be none.
  interruption.addEventListener("abort", () => core.saveState("cancelled", "true"), { once: true });
  const seen: Seen = { doing: inputs.work.do };
  const deployments = createDeployments({ inputs, deps });
  const onState = (operation: Answered) => {
    seen.operation = operation;
    deployments.onState(operation);
  };
  const job: Job = { inputs, deps, client: clientFor(inputs, deps), log: createLog(deps), seen, onState };
  let outcome: Outcome;
  try {
    outcome = await carryOut(job);
  } catch (thrown) {
    outcome = await explain(thrown, job);
  }
  job.log.end();
  const told = deployments.end(outcome);
  // A step that was told to stop says first what people read.
  if (!interruption.aborted) await told;
  const exitCode = await report(outcome, { inputs, deps, deploymentId: deployments.id });
  await told;
  return exitCode;
}

export function clientFor(inputs: Pick<Inputs, "apiUrl" | "audience">, { core, clock, fetch }: ActionDeps): Client {
  const idTokens = createIdTokens({ getIDToken: core.getIDToken, clock, audience: inputs.audience });
  return createClient(createHttp({ apiUrl: inputs.apiUrl, fetch, clock, idTokens }));
}

async function explain(thrown: unknown, { inputs, deps, client, log, seen }: Job): Promise<Outcome> {
  const { operation, doing } = seen;
  const { work, target, onCancel } = inputs;
  if (thrown instanceof Interrupted && operation && doing === "follow") {
    const { signal } = thrown;
    // Only its receipt was missing.
    if (!isActive(operation.status)) return { kind: "over", operation, wish: wishOf(work, operation) };
    if (onCancel === "detach") return { kind: "detached", operation, signal };
    log.end();
    return goBackOnCancel(operation, { client, deps, work, withinMs: timeFor(signal), signal });
  }
  if (thrown instanceof AnswerUncertain && work.do === "start")
    return { kind: "unknown", target, why: thrown.message, idempotencyKey: work.idempotencyKey };
  const error = await refusalInWords(thrown, { target, client, deps });
  return { kind: "failed", target, error, doing, operation };
}
