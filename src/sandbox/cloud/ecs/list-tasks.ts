import * as ecs from "@aws-sdk/client-ecs";
import type { Handlers } from "../../wire/server.ts";
import { awsError } from "../../wire/service.ts";
import { checkEnum, checkLength, invalid, nameOf } from "./checks.ts";
import { findCluster } from "./clusters.ts";
import { lookUpService } from "./find-service.ts";
import { page } from "./pages.ts";
import type { EcsState } from "./state.ts";
import { forgetOldTasks } from "./tasks.ts";

/**
 * ListTasks filters by the status ECS wants, not by the one a task has: a task that was told to stop is under STOPPED at once, however long it
 * still runs, and nothing is ever under PENDING.
 */
export const listTasksHandler = (state: EcsState) =>
  ({
    ListTasks(input) {
      const { desiredStatus = "RUNNING", family, serviceName, startedBy, launchType } = input;
      const cluster = findCluster(state, input.cluster);
      checkEnum("desiredStatus", desiredStatus, ecs.DesiredStatus);
      checkEnum("launchType", launchType, ecs.LaunchType);
      checkLength("startedBy", startedBy, 128);
      if (
        startedBy !== undefined &&
        (family ?? serviceName ?? input.containerInstance ?? input.launchType ?? input.desiredStatus) !== undefined
      )
        throw invalid("startedBy must be the only filter that is used.");
      if (family !== undefined && serviceName !== undefined)
        throw invalid("The family and serviceName filters can't be used together.");
      const instance = input.containerInstance === undefined ? undefined : nameOf(input.containerInstance);
      if (instance !== undefined && ![...state.instances.values()].some(({ id }) => id === instance))
        throw invalid("The referenced container instance was not found.");
      const service = serviceName === undefined ? undefined : lookUpService(state, cluster, serviceName);
      if (serviceName !== undefined && !service) throw awsError(ecs.ServiceNotFoundException$, "Service not found.");
      forgetOldTasks(state);
      const tasks = [...state.tasks.values()].filter(
        (task) =>
          task.cluster === cluster &&
          task.desiredStatus === desiredStatus &&
          (!service || task.owner?.serviceArn === service.arn) &&
          (instance === undefined || task.instance?.id === instance) &&
          (family === undefined || task.definition.family === family) &&
          (startedBy === undefined || task.startedBy === startedBy) &&
          (launchType === undefined || task.launchType === launchType),
      );
      const { items, nextToken } = page(tasks, input);
      return { taskArns: items.map(({ arn }) => arn), nextToken };
    },
  }) satisfies Handlers<typeof ecs>;
