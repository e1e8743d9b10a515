import type { Target, TargetGroup } from "./model.ts";
import { targetKey } from "./target-state.ts";

/**
 * Round robin over the healthy targets, unless one of them is wanted. Where none is healthy the load balancer fails open: it routes to every
 * registered target, as the default `unhealthy_state_routing.minimum_healthy_targets.count` of 1 says. Draining targets get nothing new. A
 * target group that its last rule just left is still asked here by addresses that lag behind, so its use does not matter.
 */
export function nextTarget(group: TargetGroup, wantedKey?: string): Target | undefined {
  const registered = [...group.targets.values()].filter(({ draining }) => !draining);
  const healthy = registered.filter(({ health }) => health.state === "healthy");
  const candidates = healthy.length > 0 ? healthy : registered;
  const wanted = candidates.find((target) => targetKey(target) === wantedKey);
  if (wanted) return wanted;
  const target = candidates[group.turn % candidates.length];
  group.turn += 1;
  return target;
}
