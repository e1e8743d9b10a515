import type * as sdk from "@aws-sdk/client-ecs";
import type { Handlers } from "../../wire/server.ts";
import { copyOfState } from "../copy-of-state.ts";
import type { Known } from "../iam/known.ts";
import type { EcsCaller, ServiceCounts } from "../seams.ts";
import type { World } from "../world.ts";
import { capacityProviderHandlers } from "./capacity-providers.ts";
import { clusterHandlers } from "./clusters.ts";
import { describeInstance } from "./container-instance.ts";
import { containerInstanceHandlers } from "./container-instances.ts";
import { createServiceHandler } from "./create-service.ts";
import { listTasksHandler } from "./list-tasks.ts";
import { createEcsCaller } from "./on-behalf.ts";
import { runTaskHandler } from "./run-task.ts";
import { createScheduler } from "./scheduler.ts";
import { recordService, type Service } from "./service.ts";
import { serviceDeploymentHandlers } from "./service-deployments.ts";
import { describeService } from "./service-view.ts";
import { serviceHandlers } from "./services.ts";
import { createState, type Surroundings } from "./state.ts";
import { tagHandlers } from "./tags.ts";
import { lookUpRevision, taskDefinitionHandlers } from "./task-definitions.ts";
import { createTaskLife } from "./task-life.ts";
import { taskProtectionHandlers } from "./task-protection.ts";
import { describeTask } from "./task-view.ts";
import { taskHandlers } from "./tasks.ts";
import type { Trouble } from "./trouble.ts";
import { updateServiceHandler } from "./update-service.ts";

export type Ecs = {
  handlers: Handlers<typeof sdk>;
  /** The reads over everything as it is now, which later changes do not reach. */
  remember(): () => Handlers<typeof sdk>;
  counts: ServiceCounts;
  /** For the services that call ECS in the name of a role. */
  caller: EcsCaller;
  /** What IAM looks up. */
  known: Known["ecs"];
  /** Every service, task and container instance, as the API would describe them. */
  state(): unknown;
  /** SIGKILLs a task's containers behind ECS's back. Throws where the task does not run. */
  killTask(taskArn: string): void;
  /** AWS takes back the Spot capacity under a task, which has its two minutes from then on. Throws where it has none or does not run. */
  interruptSpot(taskArn: string): void;
  /** Lets something go wrong from now on; what is not named stays as it is. */
  disturb(trouble: Trouble): void;
  /** Ends every container; nothing moves afterwards. */
  stop(): Promise<void>;
};

/** Amazon ECS on Fargate: clusters, task definitions, services and tasks. */
export function createEcs(world: World, surroundings: Omit<Surroundings, "world">): Ecs {
  const state = createState({ world, ...surroundings });
  const scheduler = createScheduler(state, () => life);
  const life = createTaskLife(state, scheduler.observer);
  const serviceOf = (resourceId: string): Service | undefined => {
    const [, cluster, name] = resourceId.split("/");
    return [...state.services.values()].find(
      (service) => service.cluster.name === cluster && service.name === name && service.status === "ACTIVE",
    );
  };
  const handlers: Handlers<typeof sdk> = {
    ...clusterHandlers(state),
    ...taskDefinitionHandlers(state),
    ...tagHandlers(state),
    ...serviceHandlers(state, scheduler),
    ...createServiceHandler(state, scheduler),
    ...updateServiceHandler(state, scheduler),
    ...serviceDeploymentHandlers(state),
    ...runTaskHandler(state, life),
    ...taskHandlers(state, life),
    ...listTasksHandler(state),
    ...capacityProviderHandlers(state),
    ...containerInstanceHandlers(state, { life, changed: scheduler.capacityChanged }),
    ...taskProtectionHandlers(state, scheduler),
  };
  const { targets, images, containers, logs, troubles } = state;
  return {
    handlers,
    remember() {
      const then = copyOfState(state, [world, targets, images, containers, logs, troubles]);
      const reads = { ...serviceHandlers(then, scheduler), ...taskHandlers(then, life), ...listTasksHandler(then) };
      return () => reads;
    },
    caller: createEcsCaller(world, handlers),
    known: {
      revision: (reference) => lookUpRevision(state, reference),
      tags: (arn) => state.tags.get(arn) ?? [],
    },
    counts: {
      desiredCount: (resourceId) => serviceOf(resourceId)?.desiredCount,
      isDeploying: (resourceId) =>
        serviceOf(resourceId)?.deployments.some(({ rolloutState }) => rolloutState === "IN_PROGRESS") ?? false,
      setDesiredCount(resourceId, desiredCount, reason) {
        const service = serviceOf(resourceId);
        if (!service) throw new Error(`expected an active service, found none for ${resourceId}`);
        service.desiredCount = desiredCount;
        service.steady = false;
        recordService(state, service, "updated", reason);
        scheduler.soon(service);
      },
    },
    state: () => ({
      services: [...state.services.values()].map((service) => describeService(state, service, { tags: true })),
      tasks: [...state.tasks.values()].map((task) => describeTask(state, task, { tags: true })),
      containerInstances: [...state.instances.values()].map((instance) => describeInstance(state, instance)),
    }),
    killTask(taskArn) {
      const task = state.tasks.get(taskArn);
      if (!task?.containers.some(({ process }) => process))
        throw new Error(`expected a running task, found none at ${taskArn}`);
      life.kill(task);
    },
    interruptSpot(taskArn) {
      const task = state.tasks.get(taskArn);
      if (task?.capacityProviderName !== "FARGATE_SPOT" || task.desiredStatus === "STOPPED")
        throw new Error(`expected a task on Spot capacity, found none at ${taskArn}`);
      life.stop(task, { code: "SpotInterruption", reason: "Your Spot Task was interrupted.", drain: true });
    },
    disturb(trouble) {
      state.troubles.set(trouble);
      for (const cluster of state.clusters.values()) scheduler.capacityChanged(cluster);
    },
    async stop() {
      scheduler.close();
      life.close();
      await surroundings.containers.shutDown();
    },
  };
}
