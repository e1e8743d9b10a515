import * as ecs from "@aws-sdk/client-ecs";
import type { Handlers } from "../../wire/server.ts";
import { arn } from "../world.ts";
import { checkEnum, checkLength, invalid, isName } from "./checks.ts";
import { findCluster } from "./clusters.ts";
import { checkDaemon } from "./daemon.ts";
import { startDeployment } from "./deployment.ts";
import { lookUpService } from "./find-service.ts";
import type { Scheduler } from "./scheduler.ts";
import { recordService, type Service } from "./service.ts";
import {
  capacityOf,
  checkLoadBalancers,
  checkPlacement,
  checkServiceConnect,
  checkServiceInput,
  mergeDeploymentConfiguration,
} from "./service-rules.ts";
import { describeService } from "./service-view.ts";
import { type Capacity, type EcsState, now } from "./state.ts";
import { setTags } from "./tags.ts";
import { usableRevision } from "./task-definitions.ts";

const DEFAULT_CONFIGURATION: ecs.DeploymentConfiguration = {
  deploymentCircuitBreaker: { enable: false, rollback: false },
  maximumPercent: 200,
  minimumHealthyPercent: 100,
  strategy: "ROLLING",
  bakeTimeInMinutes: 0,
};

const DAEMON_CONFIGURATION: ecs.DeploymentConfiguration = {
  ...DEFAULT_CONFIGURATION,
  maximumPercent: 100,
  minimumHealthyPercent: 0,
};

export const createServiceHandler = (state: EcsState, scheduler: Scheduler) =>
  ({
    CreateService({ tags, ...input }, identity) {
      const name = input.serviceName!;
      if (!isName(name)) throw invalid("Invalid service name: 1 to 255 letters, digits, hyphens and underscores.");
      const cluster = findCluster(state, input.cluster);
      const known = lookUpService(state, cluster, name);
      const request = JSON.stringify(input);
      if (known && known.status !== "INACTIVE") {
        if (known.request === request && known.status === "ACTIVE") return { service: describeService(state, known) };
        throw invalid("Creation of service was not idempotent.");
      }
      checkServiceInput(input);
      checkLength("clientToken", input.clientToken, 36);
      checkEnum("schedulingStrategy", input.schedulingStrategy, ecs.SchedulingStrategy);
      if (!input.taskDefinition) throw invalid("TaskDefinition can not be blank.");
      const settings = settingsFrom(state, input);
      const schedulingStrategy = input.schedulingStrategy ?? "REPLICA";
      if (schedulingStrategy === "DAEMON") checkDaemon(input, settings);
      const service: Service = {
        arn: arn(state.world, "ecs", `service/${cluster.name}/${name}`),
        name,
        cluster,
        status: "ACTIVE",
        createdAt: now(state),
        createdBy: `arn:aws:iam::${state.world.account}:user/${identity.accessKeyId}`,
        desiredCount: input.desiredCount ?? 0,
        settings,
        schedulingStrategy,
        deploymentController: input.deploymentController?.type ?? "ECS",
        deploymentConfiguration: mergeDeploymentConfiguration(
          schedulingStrategy === "DAEMON" ? DAEMON_CONFIGURATION : DEFAULT_CONFIGURATION,
          input.deploymentConfiguration ?? {},
        ),
        deployments: [],
        history: [],
        events: [],
        steady: false,
        complaints: new Set(),
        judged: { healthy: new Set(), unhealthy: new Set() },
        request,
      };
      state.services.set(service.arn, service);
      state.tags.delete(service.arn);
      setTags(state, service.arn, tags);
      startDeployment(state, service);
      recordService(state, service, "created");
      scheduler.soon(service);
      return { service: describeService(state, service) };
    },
  }) satisfies Handlers<typeof ecs>;

const onFargate = ({ launchType, capacityProviderStrategy = [] }: Capacity): boolean =>
  launchType === "FARGATE" || capacityProviderStrategy.some((item) => item.capacityProvider?.startsWith("FARGATE"));

function settingsFrom(state: EcsState, input: ecs.CreateServiceRequest): Service["settings"] {
  const definition = usableRevision(state, input.taskDefinition!);
  const capacity = capacityOf(findCluster(state, input.cluster), input);
  checkPlacement(definition, capacity, input.networkConfiguration, input.placementConstraints);
  const settings = {
    definition,
    ...capacity,
    loadBalancers: input.loadBalancers ?? [],
    serviceRegistries: input.serviceRegistries ?? [],
    platformVersion: input.platformVersion ?? (onFargate(capacity) ? "LATEST" : undefined),
    networkConfiguration: input.networkConfiguration,
    healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds ?? (input.loadBalancers?.length ? 0 : undefined),
    placementConstraints: input.placementConstraints ?? [],
    placementStrategy: input.placementStrategy ?? [],
    enableECSManagedTags: input.enableECSManagedTags ?? false,
    propagateTags: input.propagateTags ?? "NONE",
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    availabilityZoneRebalancing:
      input.availabilityZoneRebalancing ?? (input.schedulingStrategy === "DAEMON" ? "DISABLED" : "ENABLED"),
    serviceConnectConfiguration: input.serviceConnectConfiguration,
    volumeConfigurations: input.volumeConfigurations,
  } satisfies Service["settings"];
  checkLoadBalancers(state, settings);
  checkServiceConnect(settings);
  return settings;
}
