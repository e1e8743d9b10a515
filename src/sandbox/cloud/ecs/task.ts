import type * as ecs from "@aws-sdk/client-ecs";
import type { RunningContainer } from "../../substrate/containers.ts";
import type { RegisteredImage, TargetAddress } from "../seams.ts";
import type { ContainerInstance } from "./container-instance.ts";
import type { Placement } from "./placement.ts";
import type { Cluster, Revision } from "./state.ts";

/** The life cycle in its order; a task that never ran goes from PENDING or before straight to DEPROVISIONING. */
export type LastStatus =
  | "PROVISIONING"
  | "PENDING"
  | "ACTIVATING"
  | "RUNNING"
  | "DEACTIVATING"
  | "STOPPING"
  | "DEPROVISIONING"
  | "STOPPED";

export type Task = {
  arn: string;
  id: string;
  cluster: Cluster;
  /** `service:NAME`, or what RunTask said, by default `family:NAME`. */
  group: string;
  startedBy?: string;
  /** The service it belongs to; a standalone task has none. */
  owner?: { serviceArn: string; deploymentId: string };
  definition: Revision;
  overrides: ecs.TaskOverride;
  launchType: ecs.LaunchType;
  capacityProviderName?: string;
  /** Fargate's only. */
  platformVersion?: string;
  /** Where it runs, unless on Fargate. */
  instance?: ContainerInstance;
  availabilityZone: string;
  enableExecuteCommand: boolean;
  /** Its own, or its instance's. */
  address: string;
  /** Absent where it shares its instance's network. */
  networkInterface?: { attachmentId: string; id: string; subnet: string };
  lastStatus: LastStatus;
  desiredStatus: "RUNNING" | "STOPPED";
  version: number;
  at: Partial<Record<TaskMoment, Date>> & { created: Date };
  /** Until when scale-in and deployments leave it alone. */
  protectedUntil?: Date;
  stop?: { code: ecs.TaskStopCode; reason: string };
  containers: TaskContainer[];
  /** Target groups the service keeps it in. */
  registrations: Registration[];
  /** Images by container name, fixed by an earlier task of the same deployment (version consistency). */
  pinned: Map<string, RegisteredImage>;
};

type TaskMoment = "created" | "pullStarted" | "pullStopped" | "started" | "stopping" | "executionStopped" | "stopped";

export type TaskContainer = {
  arn: string;
  definition: Revision["containerDefinitions"][number];
  /** Its ports on the instance, where it has no network interface of its own. */
  bindings: ecs.NetworkBinding[];
  lastStatus: "PENDING" | "RUNNING" | "STOPPED";
  health: ecs.HealthStatus;
  runtimeId?: string;
  image?: RegisteredImage;
  process?: RunningContainer;
  exitCode?: number;
  reason?: string;
};

export type Registration = {
  targetGroupArn: string;
  target: TargetAddress;
  state: "none" | "registered" | "deregistered";
};

export type NewTask = Pick<
  Task,
  "cluster" | "group" | "startedBy" | "owner" | "definition" | "enableExecuteCommand"
> & {
  placement: Placement;
  overrides?: ecs.TaskOverride;
  platformVersion?: string;
  networkConfiguration?: ecs.NetworkConfiguration;
  loadBalancers?: ecs.LoadBalancer[];
  pinned?: Map<string, RegisteredImage>;
  tags?: ecs.Tag[];
};

/** "The number of tasks in the RUNNING state": one that is DEACTIVATING or STOPPING still runs and is not counted (service counters, task life cycle). */
export const isRunning = (task: Task): boolean => task.lastStatus === "RUNNING";
export const isPending = (task: Task): boolean =>
  task.desiredStatus === "RUNNING" && ["PROVISIONING", "PENDING", "ACTIVATING"].includes(task.lastStatus);
/** What maximumPercent counts. */
export const isCounted = (task: Task): boolean => isRunning(task) || isPending(task);

/** UNHEALTHY if one essential container is, HEALTHY if all with a health check are. */
export function healthOf(task: Task): ecs.HealthStatus {
  const states = task.containers.filter(({ definition }) => definition.essential && definition.healthCheck);
  if (states.some(({ health }) => health === "UNHEALTHY")) return "UNHEALTHY";
  return states.length && states.every(({ health }) => health === "HEALTHY") ? "HEALTHY" : "UNKNOWN";
}
