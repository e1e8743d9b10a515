import type * as ecs from "@aws-sdk/client-ecs";
import { createTask } from "./new-task.ts";
import { primaryOf, type Service } from "./service.ts";
import type { Cluster, EcsState, Revision } from "./state.ts";
import type { Task } from "./task.ts";

/** The record of one more task of the service's PRIMARY deployment. */
export function launchTask(state: EcsState, service: Service): Task {
  const { id, settings, images } = primaryOf(service);
  return createTask(state, {
    cluster: service.cluster,
    group: `service:${service.name}`,
    startedBy: id,
    owner: { serviceArn: service.arn, deploymentId: id },
    definition: settings.definition,
    launchType: settings.launchType,
    capacityProviderStrategy: settings.capacityProviderStrategy,
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
