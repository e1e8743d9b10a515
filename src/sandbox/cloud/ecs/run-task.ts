import * as ecs from "@aws-sdk/client-ecs";
import type { Handlers } from "../../wire/server.ts";
import { awsError } from "../../wire/service.ts";
import { checkEnum, checkInteger, checkLength, invalid } from "./checks.ts";
import { findCluster } from "./clusters.ts";
import { inheritedTags, managedTags } from "./launch.ts";
import { createTask } from "./new-task.ts";
import { checkOverrides } from "./overrides.ts";
import { findPlace, isPlaced } from "./placement.ts";
import { capacityOf, checkPlacement } from "./service-rules.ts";
import type { EcsState } from "./state.ts";
import type { Task } from "./task.ts";
import { usableRevision } from "./task-definitions.ts";
import type { TaskLife } from "./task-life.ts";
import { describeTask } from "./task-view.ts";
import { forgetOldTasks } from "./tasks.ts";
import { NO_CAPACITY } from "./trouble.ts";

export const runTaskHandler = (state: EcsState, life: TaskLife) => {
  /** What was asked with a client token, and the tasks it made. */
  const tokens = new Map<string, { request: string; tasks: Task[] }>();

  /** The tasks of an earlier call with the same token; a token is forgotten together with the last of its tasks, an hour after that stopped. */
  function alreadyRun(clusterArn: string, token: string, request: string): Task[] | undefined {
    const key = `${clusterArn} ${token}`;
    const known = tokens.get(key);
    if (!known?.tasks.some(({ arn }) => state.tasks.has(arn))) return undefined;
    if (known.request === request) return known.tasks;
    throw awsError(
      ecs.ConflictException$,
      "The provided clientToken is already in use with a different RunTask request.",
      { resourceIds: known.tasks.map(({ arn }) => arn) },
    );
  }

  return {
    RunTask(input) {
      const { clientToken, count = 1, overrides, networkConfiguration, propagateTags } = input;
      const cluster = findCluster(state, input.cluster);
      checkRequest(input);
      forgetOldTasks(state);
      const request = JSON.stringify(input);
      const before = clientToken && alreadyRun(cluster.arn, clientToken, request);
      if (before) return { tasks: before.map((task) => describeTask(state, task, { tags: true })), failures: [] };

      const definition = usableRevision(state, input.taskDefinition!);
      checkOverrides(definition, overrides);
      const capacity = capacityOf(cluster, input);
      checkPlacement(definition, capacity, networkConfiguration, input.placementConstraints);
      const group = input.group ?? `family:${definition.family}`;
      const tasks: Task[] = [];
      let failures: ecs.Failure[] = [];
      for (let n = 0; n < count; n += 1) {
        const place = findPlace(state, {
          cluster,
          definition,
          group,
          capacity,
          placementConstraints: input.placementConstraints,
          siblings: tasks,
        });
        if (!isPlaced(place)) {
          if (place.noCapacity) {
            failures = [...failures, { reason: NO_CAPACITY }];
            continue;
          }
          if (!place.misfits.length && !tasks.length)
            throw invalid("No Container Instances were found in your cluster.");
          failures = [...failures, ...place.misfits.map(({ instance, reason }) => ({ arn: instance.arn, reason }))];
          continue;
        }
        const task = createTask(state, {
          cluster,
          group,
          startedBy: input.startedBy,
          owner: undefined,
          definition,
          overrides,
          placement: place,
          platformVersion: input.platformVersion,
          networkConfiguration,
          enableExecuteCommand: input.enableExecuteCommand ?? false,
          tags: [
            ...inheritedTags(state, definition, propagateTags),
            ...(input.enableECSManagedTags ? managedTags(cluster) : []),
            ...(input.tags ?? []),
          ],
        });
        tasks.push(task);
      }
      if (clientToken) tokens.set(`${cluster.arn} ${clientToken}`, { request, tasks });
      for (const task of tasks) life.launch(task);
      return { tasks: tasks.map((task) => describeTask(state, task, { tags: true })), failures };
    },
  } satisfies Handlers<typeof ecs>;
};

function checkRequest({ clientToken, startedBy, count, propagateTags, group }: ecs.RunTaskRequest): void {
  checkInteger("count", count, 1, 10);
  checkLength("startedBy", startedBy, 128);
  checkLength("clientToken", clientToken, 64);
  if (clientToken !== undefined && !/^[!-~]+$/.test(clientToken))
    throw invalid("clientToken must have 1 to 64 characters in the range of 33-126.");
  checkEnum("propagateTags", propagateTags, ecs.PropagateTags);
  if (propagateTags === "SERVICE")
    throw invalid("The propagateTags value SERVICE is not valid for RunTask: the task has no service.");
  if (group?.startsWith("service:")) throw invalid("Group name cannot start with 'service:'.");
}
