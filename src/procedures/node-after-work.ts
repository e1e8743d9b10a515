import type { Before } from "./before.ts";
import type { Leader } from "./leader.ts";
import { startedBy } from "./leader-task.ts";
import { startLeader } from "./migrate.ts";
import type { OperationRun } from "./operation-run.ts";
import type { Prepared } from "./prepare.ts";

type Node = { before: Before; next: Prepared; leader: Leader; generation: number };

/**
 * The one node of a maintenance, or another one where the work has ended it. It may start again, unlike one that migrates: it is of the version that
 * ran anyway.
 */
export async function nodeAfterWork(op: OperationRun, { before, next, leader, generation }: Node): Promise<Leader> {
  if (leader.inService || (await leaderStandsOn(op, before, generation))) return leader;
  return op.phase("start", startLeader({ ...before, generation: generation + 1 }, next), { keep: "leader" });
}

/** Whether the leader of a data generation is there, and is not told to end. */
export const leaderStandsOn = (op: OperationRun, { cluster, services: [leader] }: Before, generation: number) =>
  op.conclude("leader-stands", async () => {
    const of = { startedBy: startedBy(op.id, { generation }), family: leader!.family };
    const tasks = await op.aws.ecs.tasksStartedBy(cluster, of);
    return tasks.some(({ desiredStatus, lastStatus }) => desiredStatus === "RUNNING" && lastStatus !== "STOPPED");
  });
