import type { RunTaskCommandInput } from "@aws-sdk/client-ecs";
import { isAwsError, isRefusal, wasFirstAttempt } from "../aws/errors.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { Before } from "./before.ts";
import { leaderTask } from "./leader-task.ts";
import type { Attempt, PhaseRun } from "./operation-run.ts";
import type { Prepared } from "./prepare.ts";

/** ECS forgets a client token an hour after the task it started has stopped; long before that a repeated call is safe. */
const TOKEN_IS_SAFE_FOR_MS = 30 * 60_000;

/** Asks ECS for the leader, at most once on the same data however often this runs, and answers its ARN. */
export async function runLeader(op: PhaseRun, before: Before, { revisions }: Prepared): Promise<string> {
  const revision = revisions[before.services[0]!.name]!;
  return op.mutate(leaderTask(op.target, before, leaderOf(op, revision)), (input, attempt) =>
    runOnce(op, before, { input, attempt, what: "a leader" }),
  );
}

/** In a maintenance it does all the work of the application, jobs in the background too, for nobody else is there to do it. */
export const leaderOf = ({ id, name, request }: Pick<PhaseRun, "id" | "name" | "request">, revision: string) => ({
  operationId: id,
  revision,
  does:
    request.procedure === "first-start"
      ? ("installs" as const)
      : name === "migrate"
        ? ("migrates" as const)
        : undefined,
  works: request.procedure === "maintenance" && name === "start",
});

/** Asks ECS for a standalone task, at most once however often this runs, and answers its ARN. */
export async function runOnce(
  op: PhaseRun,
  before: Before,
  { input, attempt, what }: { input: RunTaskCommandInput; attempt: Attempt; what: string },
): Promise<string> {
  const { family } = before.services[0]!;
  const [existing] = await op.aws.ecs.tasksStartedBy(before.cluster, { startedBy: input.startedBy!, family });
  if (existing) return existing.arn;
  if (op.clock.now() - Date.parse(attempt.firstAt) > TOKEN_IS_SAFE_FOR_MS)
    throw inDoubt(`${what} was to be started at ${attempt.firstAt}, and ECS no longer knows whether it was`);

  const { taskArn, failure } = await op.aws.ecs.runTask(input).catch((error: Error) => {
    const [already] = isAwsError(error, "ConflictException")
      ? ((error as { resourceIds?: string[] }).resourceIds ?? [])
      : [];
    if (already) return { taskArn: already, failure: undefined };
    const refused = `ECS refused to run ${what}: ${error.name}: ${error.message}`;
    // Only the answer to the very first call proves that nothing runs: an earlier one may have taken effect with its answer lost.
    if (isRefusal(error) && wasFirstAttempt(error) && !attempt.again && error.name !== "ConflictException")
      throw new OperationError(refused, { code: "leader-never-ran" });
    throw inDoubt(
      isRefusal(error)
        ? `${refused}, and an earlier call may have started one`
        : `no answer says whether ECS started ${what}: ${error.name}: ${error.message}`,
      { retryable: true },
    );
  });
  if (taskArn) return taskArn;
  throw new OperationError(`ECS could not place ${what}: ${failure ?? "no reason given"}`, {
    code: "leader-never-ran",
    retryable: true,
  });
}

const inDoubt = (message: string, { retryable = false } = {}) =>
  new OperationError(message, {
    code: "leader-in-doubt",
    retryable,
    hint: "Find out from ECS and from the application's log whether a migration ran since. If one did, or if in doubt, restore the snapshot; then start a new upgrade",
  });
