import type { SandboxEvent } from "../event-log.ts";
import type { World } from "../world.ts";
import type { Metrics } from "./metrics.ts";

/** Fills the metrics of load balancers from what really happened: requests per target and target group, and fixed responses per load balancer. */
export function countRequests({ log }: Pick<World, "log">, metrics: Metrics): () => void {
  const targets = new Map<string, Set<string>>();
  const targetsOf = (group: string) => {
    const known = targets.get(group) ?? new Set();
    targets.set(group, known);
    return known;
  };

  function note(event: SandboxEvent): void {
    if (event.kind === "target" && event.change === "registered")
      targetsOf(event.targetGroupArn).add(`${event.id}:${event.port}`);
    if (event.kind === "target" && event.change === "deregistered")
      targetsOf(event.targetGroupArn).delete(`${event.id}:${event.port}`);
    if (event.kind !== "request") return;
    const LoadBalancer = /:listener\/(app\/[^/]+\/[^/]+)\//.exec(event.listenerArn)?.[1] ?? "";
    const count = (name: string, dimensions: Record<string, string>, value = 1) =>
      metrics.add({ namespace: "AWS/ApplicationELB", name, dimensions }, value);
    count("RequestCount", { LoadBalancer });
    if (event.action === "fixed-response") count("HTTP_Fixed_Response_Count", { LoadBalancer });
    if (!event.target) return;
    const TargetGroup = /targetgroup\/.+$/.exec(event.target.targetGroupArn)?.[0] ?? "";
    const share = 1 / Math.max(1, targetsOf(event.target.targetGroupArn).size);
    const ofGroup: Record<string, string>[] = [{ TargetGroup }, { LoadBalancer, TargetGroup }];
    for (const dimensions of ofGroup) {
      count("RequestCountPerTarget", dimensions, share);
      count("RequestCount", dimensions);
    }
  }

  for (const event of log.after()) note(event);
  return log.subscribe(note);
}
