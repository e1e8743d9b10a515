import type * as ecs from "@aws-sdk/client-ecs";
import type { Handlers } from "../../wire/server.ts";
import { checkInteger, invalid } from "./checks.ts";
import { findCluster } from "./clusters.ts";
import type { Scheduler } from "./scheduler.ts";
import { type Cluster, type EcsState, now } from "./state.ts";
import type { Task } from "./task.ts";
import { arnOf } from "./tasks.ts";

const DEFAULT_MINUTES = 120;
const LONGEST_MINUTES = 2_880;

/** Protection keeps a task through scale-in and deployments until it expires. It does not keep it through StopTask, a failed health check or its own end. */
export const isProtected = (state: EcsState, { protectedUntil }: Task): boolean =>
  protectedUntil !== undefined && protectedUntil > now(state);

export const taskProtectionHandlers = (state: EcsState, scheduler: Scheduler) => {
  /** Tasks of services, and why the others cannot be protected. */
  function find(cluster: Cluster, references: string[]): { tasks: Task[]; failures: ecs.Failure[] } {
    const tasks: Task[] = [];
    const failures: ecs.Failure[] = [];
    for (const arn of references.map((reference) => arnOf(state, cluster, reference))) {
      const task = state.tasks.get(arn);
      if (!task || task.lastStatus === "STOPPED") failures.push({ arn, reason: "MISSING" });
      else if (task.owner) tasks.push(task);
      else
        failures.push({
          arn,
          reason: "TASK_NOT_VALID",
          detail: "The specified task isn't part of an Amazon ECS service.",
        });
    }
    return { tasks, failures };
  }
  const describe = (task: Task): ecs.ProtectedTask => ({
    taskArn: task.arn,
    protectionEnabled: isProtected(state, task),
    expirationDate: isProtected(state, task) ? task.protectedUntil : undefined,
  });

  return {
    UpdateTaskProtection({ cluster, tasks: references = [], protectionEnabled, expiresInMinutes = DEFAULT_MINUTES }) {
      const found = findCluster(state, cluster);
      checkInteger("expiresInMinutes", expiresInMinutes, 1, LONGEST_MINUTES);
      if (!references.length || references.length > 10) throw invalid("Tasks must have 1 to 10 elements.");
      const { tasks, failures } = find(found, references);
      for (const task of tasks) {
        const lastsMs = protectionEnabled ? expiresInMinutes * 60_000 : 0;
        task.protectedUntil = protectionEnabled ? new Date(state.world.clock.now() + lastsMs) : undefined;
        const service = state.services.get(task.owner!.serviceArn);
        if (service) state.world.timers.after(lastsMs, () => scheduler.soon(service));
      }
      return { protectedTasks: tasks.map(describe), failures };
    },

    GetTaskProtection({ cluster, tasks: references }) {
      const found = findCluster(state, cluster);
      if (references && references.length > 100) throw invalid("Tasks cannot have more than 100 elements.");
      if (!references?.length) {
        const own = [...state.tasks.values()].filter((task) => task.cluster === found && task.owner);
        return { protectedTasks: own.filter(({ lastStatus }) => lastStatus !== "STOPPED").map(describe), failures: [] };
      }
      const { tasks, failures } = find(found, references);
      return { protectedTasks: tasks.map(describe), failures };
    },
  } satisfies Handlers<typeof ecs>;
};
