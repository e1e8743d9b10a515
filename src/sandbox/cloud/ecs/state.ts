import type {
  AutoScalingGroupProvider,
  CapacityProviderStrategyItem,
  ContainerDefinition,
  LaunchType,
  Tag,
  TaskDefinition,
} from "@aws-sdk/client-ecs";
import type { ContainerRuntime } from "../../substrate/containers.ts";
import type { ImageRegistry, LogSink, TargetRegistry } from "../seams.ts";
import { arn, type World } from "../world.ts";
import type { ContainerInstance } from "./container-instance.ts";
import type { Service } from "./service.ts";
import type { Task } from "./task.ts";
import { createTroubles, type Troubles } from "./trouble.ts";

/** What ECS stands on: the account it lives in and the services beside it. */
export type Surroundings = {
  world: World;
  targets: TargetRegistry;
  images: ImageRegistry;
  containers: ContainerRuntime;
  /** Without it, what containers write can be read nowhere. */
  logs?: LogSink;
};

/** Everything ECS remembers. Only the life cycle (`task-life.ts`) and the scheduler change tasks and services after their creation. */
export type EcsState = Surroundings & {
  clusters: Map<string, Cluster>;
  /** Revisions by family, oldest first; an element is never removed, so revision N is element N - 1. */
  families: Map<string, Revision[]>;
  services: Map<string, Service>;
  instances: Map<string, ContainerInstance>;
  capacityProviders: Map<string, CapacityProvider>;
  tasks: Map<string, Task>;
  /** Tags by resource ARN. */
  tags: Map<string, Tag[]>;
  troubles: Troubles;
};

export type Cluster = {
  arn: string;
  name: string;
  status: "ACTIVE" | "INACTIVE";
  settings: { name?: "containerInsights"; value?: string }[];
  capacityProviders: string[];
  defaultCapacityProviderStrategy: CapacityProviderStrategyItem[];
};

/** Own ones have an Auto Scaling group. */
export type CapacityProvider = { name: string; arn: string; autoScalingGroupProvider?: AutoScalingGroupProvider };

/** A registered revision of a task definition. */
export type Revision = Omit<TaskDefinition, "containerDefinitions"> & {
  taskDefinitionArn: string;
  family: string;
  revision: number;
  containerDefinitions: (ContainerDefinition & { name: string; image: string; essential: boolean })[];
};

export type Capacity = { launchType?: LaunchType; capacityProviderStrategy?: CapacityProviderStrategyItem[] };

export const createState = (surroundings: Surroundings): EcsState => ({
  ...surroundings,
  clusters: new Map(),
  families: new Map(),
  services: new Map(),
  instances: new Map(),
  capacityProviders: new Map(
    ["FARGATE", "FARGATE_SPOT"].map((name) => [
      name,
      { name, arn: arn(surroundings.world, "ecs", `capacity-provider/${name}`) },
    ]),
  ),
  tasks: new Map(),
  tags: new Map(),
  troubles: createTroubles(),
});

export const now = ({ world }: Pick<EcsState, "world">): Date => new Date(world.clock.now());
