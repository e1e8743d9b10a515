import type { TargetAddress, TargetRegistry } from "../seams.ts";
import { groupsInUse, loadBalancersOf } from "./associations.ts";
import { startHealthChecks } from "./health-checks.ts";
import { type Elb, type Target, type TargetGroup, targetGroup } from "./model.ts";
import { logHealth, logTarget, reportedHealth, targetKey } from "./target-state.ts";

type Registration = TargetAddress & { by: "service" | "caller" };

/** Registers a target, or revives it where it drains. A target that is registered already stays as it is. */
export function registerTarget(elb: Elb, group: TargetGroup, { id, port, by }: Registration): void {
  const key = targetKey({ id, port });
  const known = group.targets.get(key);
  if (known && !known.draining) return;
  known?.draining?.cancel();
  const target: Target = { id, port, by, health: { state: "initial" } };
  group.targets.set(key, target);
  logTarget(elb.world, group, target, "registered");
  if (group.inUse) startHealthChecks(elb, group, target);
  else logHealth(elb.world, group, target);
}

/**
 * The target gets no new requests and shows `draining` until the group's deregistration delay of this moment is over, even with no
 * request in flight: the load balancer has finished by then, but the state changes only when the time-out ends. A target that is
 * not registered is no error.
 */
export function deregisterTarget(elb: Elb, group: TargetGroup, address: TargetAddress): void {
  const target = group.targets.get(targetKey(address));
  if (!target || target.draining) return;
  target.stopChecks?.();
  logTarget(elb.world, group, target, "deregistered");
  // Where no load balancer routes to the group there is nothing to wait for.
  if (!group.inUse) {
    forgetTarget(elb, group, target);
    return;
  }
  const since = elb.world.clock.now();
  target.draining = { since, cancel: drainFor(elb, group, target, deregistrationDelayMs(group)) };
  logHealth(elb.world, group, target);
}

/** The delay was lowered: one of the two conceivable behaviours lets it count for targets that drain already. */
export function delayChanged(elb: Elb, group: TargetGroup, beforeMs: number): void {
  const delayMs = deregistrationDelayMs(group);
  if (!elb.world.switches.loweredDelayAppliesToDraining || delayMs >= beforeMs) return;
  for (const target of group.targets.values()) {
    if (!target.draining) continue;
    const { since, cancel } = target.draining;
    cancel();
    const remainingMs = Math.max(0, since + delayMs - elb.world.clock.now());
    target.draining = { since, cancel: drainFor(elb, group, target, remainingMs) };
  }
}

/** Call after any change of rules, default actions or listeners: only targets of a group that one of them names are checked. */
export function refreshUse(elb: Elb): void {
  const named = groupsInUse(elb);
  for (const group of elb.targetGroups.values()) {
    const inUse = named.has(group);
    if (inUse === group.inUse) continue;
    group.inUse = inUse;
    for (const target of group.targets.values()) {
      if (target.draining) continue;
      target.stopChecks?.();
      if (inUse) startHealthChecks(elb, group, target);
      else logHealth(elb.world, group, target);
    }
  }
}

/** Ends the checks and timers of every target of the group. */
export function stopTargets(group: TargetGroup): void {
  for (const target of group.targets.values()) {
    target.stopChecks?.();
    target.draining?.cancel();
  }
}

export const createTargetRegistry = (elb: Elb): TargetRegistry => ({
  register: (arn, address, by) => registerTarget(elb, targetGroup(elb, arn), { ...address, by }),
  deregister: (arn, address) => deregisterTarget(elb, targetGroup(elb, arn), address),
  health(arn, address) {
    const group = elb.targetGroups.get(arn);
    const target = group?.targets.get(targetKey(address));
    return group && target && reportedHealth(group, target).State;
  },
  targetGroup(arn) {
    const group = elb.targetGroups.get(arn);
    return (
      group && {
        targetType: group.settings.targetType,
        deregistrationDelayMs: deregistrationDelayMs(group),
        loadBalancerArns: loadBalancersOf(elb, group).map(({ arn }) => arn),
      }
    );
  },
});

export const deregistrationDelayMs = ({ attributes }: TargetGroup): number =>
  Number(attributes.get("deregistration_delay.timeout_seconds")) * 1000;

const drainFor = (elb: Elb, group: TargetGroup, target: Target, ms: number) =>
  elb.world.timers.after(ms, () => forgetTarget(elb, group, target));

function forgetTarget({ world }: Elb, group: TargetGroup, target: Target): void {
  group.targets.delete(targetKey(target));
  logHealth(world, group, target);
}
