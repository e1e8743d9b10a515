import type { ContainerInstance, Resource } from "@aws-sdk/client-ecs";

/** An EC2 instance of a cluster, as far as the runbook reads it. */
export type EcsInstance = {
  arn: string;
  ec2InstanceId: string;
  status: string;
  /** ECS hears of its tasks, and can tell them to stop. */
  agentConnected: boolean;
  capacityProvider?: string;
  /** CPU units, MiB, and host ports that are taken. */
  remaining: { cpu: number; memory: number; takenPorts: number[] };
};

export function toInstance(instance: ContainerInstance): EcsInstance {
  const of = (name: string): Resource | undefined =>
    instance.remainingResources?.find((resource) => resource.name === name);
  return {
    arn: instance.containerInstanceArn ?? "",
    ec2InstanceId: instance.ec2InstanceId ?? "",
    status: instance.status ?? "",
    agentConnected: instance.agentConnected ?? false,
    capacityProvider: instance.capacityProviderName,
    remaining: {
      cpu: of("CPU")?.integerValue ?? 0,
      memory: of("MEMORY")?.integerValue ?? 0,
      takenPorts: (of("PORTS")?.stringSetValue ?? []).map(Number),
    },
  };
}
