import { type Answered, isOver, liveUrlOf, operationUrlOf } from "./answered.ts";
import { createDeployments } from "./deployments.ts";
import type { ActionDeps } from "./deps.ts";
import type { Inputs } from "./inputs.ts";
import { clientFor } from "./main.ts";
import { goBackOnCancel, POST_HAS_MS } from "./on-cancel.ts";
import { type Outcome, operationOf } from "./outcome.ts";
import { oneLine } from "./plain-text.ts";
import { writeSummary } from "./report.ts";
import { renderSummary } from "./summary.ts";
import { judge, type Verdict } from "./verdict.ts";
import { wishOf } from "./wish.ts";

/** What the main step saved before it ended or was killed. */
export type SavedState = {
  reported: boolean;
  startRequested: boolean;
  operationId?: string;
  /** The deployment that it recorded or carried on. */
  deploymentId?: number;
  /** It had started, or decided, the operation: what `on-cancel` says is about it. */
  following: boolean;
  /** The runner had told it to end. */
  cancelled: boolean;
};

/** The post step of a cancelled job has less than five minutes. */
const PATIENCE_MS = 60_000;

/** Tells the truth about an operation that the main step was killed over. Whatever it finds, the job keeps the result that it has. */
export async function tellTheTruth(
  saved: SavedState,
  { inputs, deps }: { inputs: Inputs; deps: ActionDeps },
): Promise<void> {
  const { core } = deps;
  if (saved.reported) return core.info("The main step has reported; there is nothing to add.");
  if (!saved.operationId) {
    if (!saved.startRequested) return core.info("No operation was started.");
    return tell(
      {
        ok: false,
        title: `The step was killed while it asked for an operation on ${inputs.target}`,
        message: "The operation may have been started.",
        next: [`List the target's operations: GET ${inputs.apiUrl}/v1/operations?target=${inputs.target}`],
      },
      deps,
    );
  }
  const operationUrl = operationUrlOf(inputs.apiUrl, saved.operationId);
  try {
    const outcome = await outcomeNow(saved.operationId, { saved, inputs, deps });
    const verdict = judge(outcome, operationUrl);
    const operation = operationOf(outcome);
    const deploymentId = saved.deploymentId ?? inputs.deploymentId;
    const liveUrl = operation && liveUrlOf(inputs.apiUrl, operation);
    await tell(verdict, deps, renderSummary({ outcome, verdict, liveUrl, now: deps.clock.now() }));
    await createDeployments({ inputs: { ...inputs, deploymentId }, deps }).end(outcome);
  } catch (error) {
    await tell(
      {
        ok: false,
        title: `The step was killed; operation ${saved.operationId} was not`,
        message: `What became of it is not known here: ${error instanceof Error ? error.message : String(error)}. It goes on by itself.`,
        next: [`Look at ${operationUrl}`],
      },
      deps,
    );
  }
}

type Asking = { inputs: Inputs; deps: ActionDeps };

async function outcomeNow(id: string, { saved, inputs, deps }: Asking & { saved: SavedState }): Promise<Outcome> {
  const operation = await look(id, { inputs, deps });
  if (isOver(operation) && operation.status !== "held")
    return { kind: "over", operation, wish: wishOf(inputs.work, operation) };
  if (!saved.following || !saved.cancelled || inputs.onCancel === "detach")
    return operation.status === "held" ? { kind: "over", operation } : { kind: "detached", operation };
  const client = clientFor(inputs, deps);
  return goBackOnCancel(operation, { client, deps, work: inputs.work, withinMs: POST_HAS_MS });
}

function look(id: string, { inputs, deps }: Asking): Promise<Answered> {
  const { core, clock, random, interruption: signal } = deps;
  return clientFor(inputs, deps).operation(id, {
    clock,
    random,
    signal,
    until: clock.now() + PATIENCE_MS,
    onTrouble: ({ error }) => core.info(`API: ${oneLine(error.message)}`),
    onAnswer: () => {},
  });
}

async function tell(verdict: Verdict, { core }: ActionDeps, summary?: string): Promise<void> {
  const lines = [verdict.message, ...verdict.next].map(oneLine);
  const title = oneLine(verdict.title);
  if (verdict.ok) core.notice(lines.join("\n"), { title });
  else core.warning(lines.join("\n"), { title });
  await writeSummary(summary ?? `## ⚠️ ${title}\n\n${lines.map((line) => `- ${line}`).join("\n")}\n`, { core });
}
