import { type AutoScaling, createAutoScaling } from "./auto-scaling.ts";
import type { Clients } from "./clients.ts";
import { createEcs, type Ecs } from "./ecs.ts";
import { createEventBridge, type EventBridge } from "./event-bridge.ts";
import { createImages, type Images } from "./images.ts";
import { createLoadBalancers, type LoadBalancers } from "./load-balancer.ts";
import { createLogs, type Logs } from "./logs.ts";
import { createPace, type Pace } from "./pace.ts";
import { createRds, type Rds } from "./rds.ts";
import { createScheduler, type Scheduler } from "./scheduler.ts";

/** Everything the runbook asks of AWS. */
export type Aws = {
  autoScaling: AutoScaling;
  ecs: Ecs;
  eventBridge: EventBridge;
  images: Images;
  loadBalancers: LoadBalancers;
  logs: Logs;
  /** How slow whoever looks again and again shall be. */
  pace: Pace;
  rds: Rds;
  scheduler: Scheduler;
};

export const createAws = ({
  clients,
  fetch,
  pace = createPace(),
}: {
  clients: Clients;
  fetch: typeof globalThis.fetch;
  /** The clients'. */
  pace?: Pace;
}): Aws => ({
  autoScaling: createAutoScaling(clients.autoScaling),
  ecs: createEcs(clients.ecs),
  eventBridge: createEventBridge(clients.eventBridge),
  images: createImages({ ecr: clients.ecr, fetch }),
  loadBalancers: createLoadBalancers(clients.elb),
  logs: createLogs(clients.logs),
  pace,
  rds: createRds(clients.rds),
  scheduler: createScheduler(clients.scheduler),
});
