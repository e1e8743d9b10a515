import type * as ecs from "@aws-sdk/client-ecs";
import type { Handlers } from "../../wire/server.ts";
import { arn } from "../world.ts";
import { checkLength, invalid, nameOf } from "./checks.ts";
import { findCluster } from "./clusters.ts";
import type { Cluster, EcsState } from "./state.ts";
import type { Task } from "./task.ts";
import type { TaskLife } from "./task-life.ts";
import { describeTask } from "./task-view.ts";

/** Stopped tasks stay visible for "at least one hour". */
const VISIBLE_MS = 3_600_000;

export function forgetOldTasks(state: EcsState): void {
  const oldest = state.world.clock.now() - VISIBLE_MS;
  for (const task of state.tasks.values())
    if (task.at.stopped && task.at.stopped.getTime() <= oldest) state.tasks.delete(task.arn);
}

export const taskHandlers = (state: EcsState, life: TaskLife) =>
  ({
    DescribeTasks({ cluster: clusterReference, tasks = [], include = [] }) {
      const cluster = findCluster(state, clusterReference);
      if (!tasks.length) throw invalid("Tasks cannot be empty.");
      if (tasks.length > 100) throw invalid("Tasks cannot have more than 100 elements.");
      forgetOldTasks(state);
      const arns = tasks.map((reference) => arnOf(state, cluster, reference));
      return {
        tasks: arns.flatMap((taskArn) => {
          const task = state.tasks.get(taskArn);
          return task ? [describeTask(state, task, { tags: include.includes("TAGS") })] : [];
        }),
        failures: arns.filter((taskArn) => !state.tasks.has(taskArn)).map((one) => ({ arn: one, reason: "MISSING" })),
      };
    },

    StopTask({ cluster: clusterReference, task: reference, reason = "Task stopped by user" }) {
      const cluster = findCluster(state, clusterReference);
      checkLength("reason", reason, 1024);
      forgetOldTasks(state);
      const task = state.tasks.get(arnOf(state, cluster, reference!));
      if (!task) throw invalid("The referenced task was not found.");
      if (task.lastStatus === "STOPPED") throw invalid("The referenced task was already stopped.");
      const { stopTaskWaitsForDraining, stopTaskCutsDraining } = state.world.switches;
      if (task.desiredStatus === "RUNNING")
        life.stop(task, { code: "UserInitiated", reason, drain: stopTaskWaitsForDraining });
      else if (stopTaskCutsDraining) life.cutDraining(task);
      return { task: describeTask(state, task, { tags: true }) };
    },
  }) satisfies Handlers<typeof ecs>;

/** Throws InvalidParameterException where it is neither a task's id nor its ARN in this cluster. */
export function arnOf(state: EcsState, cluster: Cluster, reference: string): Task["arn"] {
  const id = nameOf(reference);
  const taskArn = arn(state.world, "ecs", `task/${cluster.name}/${id}`);
  if (reference.startsWith("arn:") && reference !== taskArn) {
    const other = /:task\/([^/]+)\//.exec(reference)?.[1];
    throw invalid(other ? `Identifier is for ${other}. Your cluster is ${cluster.name}` : "Task Identifier is invalid");
  }
  if (id.length !== 32 && id.length !== 36) throw invalid("taskId length should be one of [32,36]");
  return taskArn;
}
