import type { Target } from "../targets/schema.ts";
import type { Before, ServiceBefore } from "./before.ts";
import { digestOf } from "./before.ts";
import type { Wanted } from "./serving.ts";

/** What every service is to run in the end. */
export const allNodes = (before: Before, revisions: Record<string, string>): Wanted[] =>
  before.services.map(({ name, desiredCount }) => ({
    service: name,
    taskDefinitionArn: revisions[name]!,
    desiredCount,
    imageDigest: digestOf(before, name),
  }));

/** How many nodes of a service must serve before the site opens. Visitors meet none of a service without a load balancer. */
export function enoughOf(
  { openAt }: Pick<Target, "openAt">,
  { desiredCount, loadBalancers }: Pick<ServiceBefore, "desiredCount" | "loadBalancers">,
): number {
  if (openAt === "all") return desiredCount;
  if (loadBalancers.length === 0) return 0;
  const wanted = typeof openAt === "number" ? openAt : Math.ceil((Number.parseInt(openAt, 10) / 100) * desiredCount);
  return Math.min(wanted, desiredCount);
}

/** Whether nodes may still be on their way when the site opens. */
export const opensEarly = ({ openAt }: Pick<Target, "openAt">): boolean => openAt !== "all" && openAt !== "100%";
