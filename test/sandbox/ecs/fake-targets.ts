import type { TargetAddress, TargetHealthState, TargetRegistry } from "../../../src/sandbox/cloud/seams.ts";
import type { World } from "../../../src/sandbox/cloud/world.ts";

type Target = TargetAddress & { state: TargetHealthState; by: "service" | "caller" };

/** Target groups that model what ECS depends on: health after a while, and draining that lasts its whole delay. */
export function createFakeTargets(world: World, { healthyAfterMs = 5_000, deregistrationDelayMs = 300_000 } = {}) {
  const groups = new Map<string, { targetType: "ip" | "instance"; loadBalancerArns: string[]; targets: Target[] }>();
  const settings = { healthyAfterMs, deregistrationDelayMs, healthyAs: "healthy" as TargetHealthState };
  const find = (group: string, { id, port }: TargetAddress) =>
    groups.get(group)?.targets.find((target) => target.id === id && target.port === port);

  function set(group: string, target: Target, state: TargetHealthState): void {
    target.state = state;
    world.log.append({
      kind: "target",
      targetGroupArn: group,
      id: target.id,
      port: target.port,
      change: "health",
      state,
    });
  }

  const registry: TargetRegistry = {
    register(group, address, by) {
      const target: Target = { ...address, state: "initial", by };
      groups.get(group)!.targets.push(target);
      world.log.append({ kind: "target", targetGroupArn: group, ...address, change: "registered", by });
      world.timers.after(settings.healthyAfterMs, () => {
        if (target.state === "initial") set(group, target, settings.healthyAs);
      });
    },
    deregister(group, address) {
      const target = find(group, address);
      if (!target) return;
      set(group, target, "draining");
      world.timers.after(settings.deregistrationDelayMs, () => {
        const { targets } = groups.get(group)!;
        targets.splice(targets.indexOf(target), 1);
        world.log.append({ kind: "target", targetGroupArn: group, ...address, change: "deregistered" });
      });
    },
    health: (group, address) => find(group, address)?.state,
    targetGroup: (group) => {
      const known = groups.get(group);
      return known && { ...known, deregistrationDelayMs: settings.deregistrationDelayMs };
    },
  };
  return {
    ...registry,
    settings,
    addGroup(arn: string, { targetType = "ip" as "ip" | "instance", loadBalancerArns = ["arn:lb"] } = {}) {
      groups.set(arn, { targetType, loadBalancerArns, targets: [] });
    },
    targets: (group: string) => groups.get(group)!.targets,
    fail(group: string, id: string) {
      const target = groups.get(group)!.targets.find((one) => one.id === id)!;
      set(group, target, "unhealthy");
    },
  };
}
