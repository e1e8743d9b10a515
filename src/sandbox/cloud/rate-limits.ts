import type { Clock } from "../../clock.ts";
import { createThrottle } from "../front/throttle.ts";
import type { FaultSource } from "../wire/fault.ts";

/** What AWS lets an account do in a Region: so many calls at once, and so many a second in the long run. */
export type Bucket = {
  name: string;
  burst: number;
  perSecond: number;
  has(service: string, operation: string): boolean;
};

const of = (id: string, operations: RegExp) => (service: string, operation: string) =>
  service === id && operations.test(operation);
const ecs = (operations: RegExp) => of("ECS", operations);
const elb = (operations: RegExp) => of("Elastic Load Balancing v2", operations);

/**
 * As ECS and Elastic Load Balancing document them for every account. Other services say no numbers.
 *
 * Of load balancers: what reads has 40 and 10 a second in the API's own guide to throttling (the AWS Load Balancer Controller, whose defaults follow that guide,
 * has taken 200 and 50 for it since 2026, so this may be too strict), registrations 20 and 4, and `Modify…` 20 and 3 by the controller's defaults. ASSUMED is that what
 * creates, deletes, sets priorities and tags shares the bucket of `Modify…`: no source at hand says which bucket these take from.
 */
export const documentedBuckets: readonly Bucket[] = [
  { name: "ECS: services changed", burst: 50, perSecond: 5, has: ecs(/^(Create|Update|Delete)Service$/) },
  {
    name: "ECS: services and clusters read",
    burst: 100,
    perSecond: 20,
    has: ecs(/^(Describe|List)(Services|Clusters)$/),
  },
  { name: "ECS: tasks read", burst: 100, perSecond: 20, has: ecs(/^(Describe|List)Tasks$/) },
  { name: "ECS: tasks started and stopped", burst: 100, perSecond: 40, has: ecs(/^(Run|Stop)Task$/) },
  { name: "ECS: task definitions read", burst: 50, perSecond: 20, has: ecs(/^(Describe|List)TaskDefinitions?$/) },
  {
    name: "ECS: task definitions registered",
    burst: 20,
    perSecond: 1,
    has: ecs(/^(Register|Deregister)TaskDefinition$/),
  },
  { name: "ELB: read", burst: 40, perSecond: 10, has: elb(/^Describe/) },
  { name: "ELB: targets registered", burst: 20, perSecond: 4, has: elb(/^(Register|Deregister)Targets$/) },
  { name: "ELB: changed", burst: 20, perSecond: 3, has: elb(/^(Create|Modify|Delete|Set|Add|Remove)/) },
];

export type RateLimits = FaultSource & {
  /** From now on; what was called before has taken nothing from the buckets. */
  enforce(buckets?: readonly Bucket[]): void;
};

/** Refuses what an account's buckets do not hold. Nothing, until it is told to. */
export function createRateLimits(clock: Pick<Clock, "now">): RateLimits {
  let limits: { has: Bucket["has"]; takes: () => boolean }[] = [];
  return {
    enforce(buckets = documentedBuckets) {
      limits = buckets.map(({ burst, perSecond, has }) => ({
        has,
        takes: createThrottle({ burst, requestsPerSecond: perSecond }, clock),
      }));
    },
    take(service, operation) {
      const limit = limits.find(({ has }) => has(service, operation));
      return !limit || limit.takes() ? undefined : { fault: "throttle" };
    },
  };
}
