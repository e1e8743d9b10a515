import type { EcsTask } from "../aws/ecs-shapes.ts";
import { atMostEvery } from "./at-most-every.ts";
import type { Before } from "./before.ts";
import { endOf, withLastWords } from "./last-words.ts";
import { throwIfEnded } from "./leader-end.ts";
import { guardLeader, type InService } from "./leader-service.ts";
import type { PhaseRun, Watch } from "./operation-run.ts";
import { valuesOf } from "./settled.ts";
import type { TaskTarget } from "./task-targets.ts";

/** The one node that migrates, and where the load balancer reaches it where nobody but the runbook registers it. */
export type Leader = { taskArn: string; targets: TaskTarget[]; inService?: InService };

/** One look; throws where the leader has ended. `ending` where ECS has not said its last word on it yet. */
export async function lookAtLeader(
  op: PhaseRun,
  before: Before,
  { taskArn, inService }: Pick<Leader, "taskArn" | "inService">,
): Promise<{ task?: EcsTask; ending: boolean }> {
  if (inService) return guardLeader(op, before, inService);
  const [task] = await op.aws.ecs.tasks(before.cluster, [taskArn]);
  return { task, ending: task ? throwIfEnded(task).ending : false };
}

/** Whether it has ended; the application itself tells of everything else. */
const ENDED_EVERY_MS = 2_000;

/** The same for one wait, no more often than needed. A leader in its service is guarded at every look. */
export const leaderLook = (op: PhaseRun, before: Before, leader: Leader): (() => ReturnType<typeof lookAtLeader>) => {
  const look = () => lookAtLeader(op, before, leader);
  return leader.inService ? look : atMostEvery(op.clock, ENDED_EVERY_MS, look);
};

/** Where the leader is why something fails: how it ended and what it wrote last. The address of one that stopped goes first. */
export const withLeadersLastWords = <Result>(
  op: PhaseRun,
  before: Before,
  { taskArn, targets }: Leader,
  run: () => Promise<Result>,
): Promise<Result> =>
  withLastWords(
    op,
    {
      tasks: async () =>
        (await op.aws.ecs.tasks(before.cluster, taskArn ? [taskArn] : [])).map((task) => ({
          task,
          service: before.services[0]!,
        })),
    },
    async () => {
      try {
        return await run();
      } catch (error) {
        if ((error as { code?: string }).code === "leader-stopped") await forgetAddress(op, targets);
        throw error;
      }
    },
  );

/** Nobody removes the address of a standalone task, and another task may get it later. */
export const forgetAddress = (op: PhaseRun, targets: TaskTarget[]) =>
  op.undo("deregister-leader", async () => {
    const gone = targets.map((target) => op.aws.loadBalancers.deregisterTarget(target.targetGroupArn, target));
    valuesOf(await Promise.allSettled(gone));
  });

const LOOK_EVERY_MS = 5_000;

/**
 * A verified leader that ends while the others start fails nothing: its data is verified, and the followers show whether the version runs.
 * It is told, and its address is taken out of the load balancer at once.
 */
export function leaderStands(before: Before, leader: Leader): Watch {
  let dueAtMs = 0;
  let told = false;
  return async (op) => {
    if (leader.inService || op.name !== "scale-out" || told || op.clock.now() < dueAtMs) return;
    dueAtMs = op.clock.now() + LOOK_EVERY_MS;
    const [task] = await op.aws.ecs.tasks(before.cluster, [leader.taskArn]);
    if (!task || (task.desiredStatus !== "STOPPED" && task.lastStatus !== "STOPPED")) return;
    told = true;
    if (task.stoppedReason?.includes(op.id)) return;
    await op.say(`the verified leader stopped: ${endOf(task)}. Its data is verified, so the other nodes go on`);
    for (const target of leader.targets) await op.aws.loadBalancers.deregisterTarget(target.targetGroupArn, target);
  };
}
