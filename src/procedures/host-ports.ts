import type { TaskDefinition } from "@aws-sdk/client-ecs";

/**
 * Whether two tasks of a definition can never share an instance: in the host's own network every port is the host's, mapped or not; in a bridge
 * those are that are asked for by number, where 0 or nothing stands for any that is free.
 */
export function hasFixedHostPorts({
  networkMode,
  containerDefinitions = [],
}: Pick<TaskDefinition, "networkMode" | "containerDefinitions">): boolean {
  if (networkMode === "host") return true;
  if (networkMode === "awsvpc" || networkMode === "none") return false;
  return containerDefinitions.some(({ portMappings = [] }) => portMappings.some(({ hostPort = 0 }) => hostPort > 0));
}

/** The port where a load balancer reaches a container, as far as it is known before there is a task: none where a bridge gives it any that is free. */
export function hostPortOf(
  { networkMode = "bridge", containerDefinitions = [] }: Pick<TaskDefinition, "networkMode" | "containerDefinitions">,
  { containerName, containerPort }: { containerName: string; containerPort: number },
): number | undefined {
  if (networkMode !== "bridge") return containerPort;
  const { portMappings = [] } = containerDefinitions.find(({ name }) => name === containerName) ?? {};
  return portMappings.find((mapping) => mapping.containerPort === containerPort)?.hostPort || undefined;
}
