import type * as ecs from "@aws-sdk/client-ecs";
import type { Handlers } from "../../wire/server.ts";
import { checkController, checkStrategy } from "./controllers.ts";
import { checkDaemon } from "./daemon.ts";
import { startDeployment } from "./deployment.ts";
import { findService } from "./find-service.ts";
import type { Scheduler } from "./scheduler.ts";
import { primaryOf, recordService, type Service, type ServiceSettings } from "./service.ts";
import {
  capacityOf,
  checkLoadBalancers,
  checkPlacement,
  checkServiceConnect,
  checkServiceInput,
  given,
  mergeDeploymentConfiguration,
} from "./service-rules.ts";
import { describeService } from "./service-view.ts";
import type { EcsState } from "./state.ts";
import { usableRevision } from "./task-definitions.ts";

/** A change of one of these starts a new deployment; the other parameters do not (each is said so in the reference of UpdateService). */
const STARTS_DEPLOYMENT = [
  "definition",
  "networkConfiguration",
  "platformVersion",
  "loadBalancers",
  "serviceRegistries",
  "serviceConnectConfiguration",
  "volumeConfigurations",
] as const satisfies (keyof ServiceSettings)[];

export const updateServiceHandler = (state: EcsState, scheduler: Scheduler) =>
  ({
    UpdateService(input) {
      const service = findService(state, input.cluster, input.service!);
      checkServiceInput(input);
      checkController(service, input);
      if (service.schedulingStrategy === "DAEMON") checkDaemon(input, service.settings);
      const settings = changedSettings(state, service, input);
      const configuration = mergeDeploymentConfiguration(
        service.deploymentConfiguration,
        input.deploymentConfiguration ?? {},
      );
      const changed = STARTS_DEPLOYMENT.some(
        (member) => JSON.stringify(settings[member]) !== JSON.stringify(service.settings[member]),
      );
      if (changed || input.forceNewDeployment) {
        checkStrategy(service);
        checkLoadBalancers(state, settings);
        checkServiceConnect(settings);
      }

      service.settings = settings;
      service.deploymentConfiguration = configuration;
      if (changed || input.forceNewDeployment) startDeployment(state, service);
      else primaryOf(service).settings = { ...settings };
      if (input.desiredCount !== undefined && input.desiredCount !== service.desiredCount) {
        service.desiredCount = input.desiredCount;
        service.steady = false;
      }
      recordService(state, service, "updated");
      scheduler.soon(service);
      return { service: describeService(state, service) };
    },
  }) satisfies Handlers<typeof ecs>;

function changedSettings(state: EcsState, service: Service, input: ecs.UpdateServiceRequest): ServiceSettings {
  const { settings, cluster } = service;
  const capacity = input.capacityProviderStrategy ? capacityOf(cluster, input) : {};
  const changed: ServiceSettings = {
    ...settings,
    ...given({
      definition: input.taskDefinition === undefined ? undefined : usableRevision(state, input.taskDefinition),
      networkConfiguration: input.networkConfiguration,
      platformVersion: input.platformVersion,
      loadBalancers: input.loadBalancers,
      serviceRegistries: input.serviceRegistries,
      serviceConnectConfiguration: input.serviceConnectConfiguration,
      volumeConfigurations: input.volumeConfigurations,
      healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds,
      placementConstraints: input.placementConstraints,
      placementStrategy: input.placementStrategy,
      enableECSManagedTags: input.enableECSManagedTags,
      propagateTags: input.propagateTags,
      enableExecuteCommand: input.enableExecuteCommand,
      availabilityZoneRebalancing: input.availabilityZoneRebalancing,
    }),
    ...(input.capacityProviderStrategy && { launchType: undefined, capacityProviderStrategy: undefined, ...capacity }),
  };
  checkPlacement(changed.definition, changed, changed.networkConfiguration, changed.placementConstraints);
  return changed;
}
