import { liveUrlOf, operationUrlOf } from "./answered.ts";
import type { ActionDeps } from "./deps.ts";
import type { Inputs } from "./inputs.ts";
import { type Outcome, operationOf } from "./outcome.ts";
import { outputsOf, setOutputs } from "./outputs.ts";
import { oneLine } from "./plain-text.ts";
import { commentPlan } from "./plan-comment.ts";
import { planCommentText } from "./plan-comment-text.ts";
import { renderSummary } from "./summary.ts";
import { judge } from "./verdict.ts";
import { runUrlOf } from "./workflow-run.ts";

type Reporting = { inputs: Inputs; deps: ActionDeps; deploymentId: number | undefined };

/** Says how it ended everywhere where people and further steps look: outputs, summary, an annotation, the log. */
export async function report(outcome: Outcome, { inputs, deps, deploymentId }: Reporting): Promise<0 | 1> {
  const { core } = deps;
  const operation = operationOf(outcome);
  const operationUrl = operation && operationUrlOf(inputs.apiUrl, operation.id);
  const liveUrl = operation && liveUrlOf(inputs.apiUrl, operation);
  const verdict = judge(outcome, operationUrl);
  setOutputs(core, outputsOf(outcome, { operationUrl, liveUrl, deploymentId: deploymentId?.toString() }));
  await writeSummary(renderSummary({ outcome, verdict, liveUrl, now: deps.clock.now() }), deps);
  const message = [verdict.message, ...verdict.next].map(oneLine).join("\n");
  const title = oneLine(verdict.title);
  if (verdict.ok) core.notice(message, { title });
  else core.error(message, { title });
  if (outcome.kind === "planned") {
    const text = planCommentText({ plan: outcome.plan, verdict, runUrl: runUrlOf(deps.run) });
    await commentPlan({ text, inputs, deps });
  }
  core.saveState("reported", "true");
  return verdict.ok ? 0 : 1;
}

/** A summary that cannot be written is a pity, and changes nothing about the operation. */
export async function writeSummary(text: string, { core }: Pick<ActionDeps, "core">): Promise<void> {
  try {
    await core.summary.addRaw(text).write();
  } catch (error) {
    core.warning(`The job summary could not be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}
