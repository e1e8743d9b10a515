import type * as ecs from "@aws-sdk/client-ecs";
import type { SandboxFact } from "../event-log.ts";
import type { Deployment } from "./deployment.ts";
import { type Cluster, type EcsState, now, type Revision } from "./state.ts";
import { isCounted, type Task } from "./task.ts";

export type Service = {
  arn: string;
  name: string;
  cluster: Cluster;
  /** DRAINING from its deletion until its last task is STOPPED, INACTIVE after. */
  status: "ACTIVE" | "DRAINING" | "INACTIVE";
  createdAt: Date;
  createdBy: string;
  desiredCount: number;
  settings: ServiceSettings;
  deploymentConfiguration: ecs.DeploymentConfiguration;
  deploymentController: ecs.DeploymentControllerType;
  /** DAEMON: its desired count is the number of container instances. */
  schedulingStrategy: ecs.SchedulingStrategy;
  /** The PRIMARY one first, then those whose tasks it replaces. */
  deployments: Deployment[];
  /** Every deployment there ever was, newest first. */
  history: Deployment[];
  events: ecs.ServiceEvent[];
  /** Its steady state was announced and nothing happened since. */
  steady: boolean;
  /** What it said it was unable to do: said once until it is steady again. */
  complaints: Set<string>;
  /** Tasks seen healthy, and tasks counted as unhealthy: each is reported and counted once. */
  judged: { healthy: Set<Task>; unhealthy: Set<Task> };
  /** The input of CreateService: the same one again is no error. */
  request: string;
};

/** What tasks of the service start with. A deployment keeps the settings it began with. */
export type ServiceSettings = { definition: Revision } & Pick<
  ecs.CreateServiceRequest,
  | "loadBalancers"
  | "serviceRegistries"
  | "launchType"
  | "capacityProviderStrategy"
  | "platformVersion"
  | "networkConfiguration"
  | "healthCheckGracePeriodSeconds"
  | "placementConstraints"
  | "placementStrategy"
  | "enableECSManagedTags"
  | "propagateTags"
  | "enableExecuteCommand"
  | "availabilityZoneRebalancing"
  | "serviceConnectConfiguration"
  | "volumeConfigurations"
>;

export const primaryOf = (service: Service): Deployment => service.deployments[0]!;

export const tasksOf = (state: EcsState, service: Service): Task[] =>
  [...state.tasks.values()].filter((task) => task.owner?.serviceArn === service.arn);

export const countedTasksOf = (state: EcsState, service: Service): Task[] => tasksOf(state, service).filter(isCounted);

const KEPT_EVENTS = 100;

/** Adds an event to what DescribeServices shows. `message` comes without the service's name. */
export function announce(state: EcsState, service: Service, message: string, qualifier = ""): void {
  const text = `(service ${service.name}${qualifier}) ${message}`;
  const digits = state.world.ids.hex(32);
  const id = digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  service.events = [{ id, createdAt: now(state), message: text }, ...service.events].slice(0, KEPT_EVENTS);
  recordService(state, service, "message", text);
}

export function recordService(
  state: EcsState,
  service: Service,
  change: Extract<SandboxFact, { kind: "service" }>["change"],
  message?: string,
): void {
  const primary = primaryOf(service);
  state.world.log.append({
    kind: "service",
    serviceArn: service.arn,
    change,
    desiredCount: service.desiredCount,
    taskDefinitionArn: primary.settings.definition.taskDefinitionArn,
    rolloutState: primary.rolloutState,
    message,
  });
}
