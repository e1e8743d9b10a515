import type * as ecs from "@aws-sdk/client-ecs";
import { createTask } from "./new-task.ts";
import { findPlace, type Placement, type Unplaced } from "./placement.ts";
import { countedTasksOf, primaryOf, type Service } from "./service.ts";
import type { Cluster, EcsState, Revision } from "./state.ts";
import type { Task } from "./task.ts";

/** Where one more task of the service could go now; a daemon goes where there is none of it yet. */
export function placeTask(state: EcsState, service: Service): Placement | Unplaced {
  const { definition, launchType, capacityProviderStrategy, placementConstraints = [] } = primaryOf(service).settings;
  return findPlace(state, {
    cluster: service.cluster,
    definition,
    group: `service:${service.name}`,
    capacity: { launchType, capacityProviderStrategy },
    placementConstraints:
      service.schedulingStrategy === "DAEMON" ? [{ type: "distinctInstance" }] : placementConstraints,
    siblings: countedTasksOf(state, service),
  });
}

/** The record of one more task of the service's PRIMARY deployment. */
export function launchTask(state: EcsState, service: Service, placement: Placement): Task {
  const { id, settings, images } = primaryOf(service);
  return createTask(state, {
    cluster: service.cluster,
    group: `service:${service.name}`,
    startedBy: id,
    owner: { serviceArn: service.arn, deploymentId: id },
    definition: settings.definition,
    placement,
    platformVersion: settings.platformVersion,
    networkConfiguration: settings.networkConfiguration,
    loadBalancers: settings.loadBalancers,
    enableExecuteCommand: settings.enableExecuteCommand ?? false,
    pinned: images,
    tags: [
      ...inheritedTags(state, settings.definition, settings.propagateTags, service.arn),
      ...(settings.enableECSManagedTags ? managedTags(service.cluster, service.name) : []),
    ],
  });
}

export function inheritedTags(
  state: EcsState,
  definition: Revision,
  propagateTags: ecs.PropagateTags | undefined,
  serviceArn?: string,
): ecs.Tag[] {
  if (propagateTags === "TASK_DEFINITION") return state.tags.get(definition.taskDefinitionArn) ?? [];
  return propagateTags === "SERVICE" && serviceArn ? (state.tags.get(serviceArn) ?? []) : [];
}

export const managedTags = (cluster: Cluster, serviceName?: string): ecs.Tag[] => [
  { key: "aws:ecs:clusterName", value: cluster.name },
  ...(serviceName ? [{ key: "aws:ecs:serviceName", value: serviceName }] : []),
];
