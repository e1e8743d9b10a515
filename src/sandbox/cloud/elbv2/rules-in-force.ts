import type { World } from "../world.ts";
import type { Rule } from "./model.ts";

export type RuleChange = { operation: string; ruleArn?: string };

/** A listener's rules as each address of the load balancer evaluates them now. */
export type RulesInForce = {
  /** In order of evaluation, the default rule last. */
  at(address: string): readonly Rule[];
  /** The listener listens now. Nothing was served before, so its first rules are in force at once. */
  opened(): void;
  /** The API accepted a change; each address follows in its own time. */
  accept(rules: readonly Rule[], change: RuleChange): void;
  /** Forgets the changes that are still on their way. */
  stop(): void;
};

type Options = {
  world: World;
  listenerArn: string;
  addresses: string[];
  rules: readonly Rule[];
  /** How much later than its own time an address follows now. */
  lateMs?: (address: string) => number;
};

/**
 * Rule updates do not take effect immediately: requests can be routed by the previous rules for a short time. Each address draws its own
 * delay between the two propagation latencies and applies changes in the order in which they were accepted.
 */
export function createRulesInForce({ world, listenerArn, addresses, rules, lateMs = () => 0 }: Options): RulesInForce {
  const applied = new Map<string, readonly Rule[]>();
  const latest = new Map<string, number>();
  const onTheWay = new Map<string, { apply: () => void; cancel: () => void }[]>(
    addresses.map((address) => [address, []]),
  );

  const log = (change: "accepted" | "in-force", cause: RuleChange, address?: string) =>
    world.log.append({ kind: "rules", change, listenerArn, address, ...cause });

  function apply(address: string, rules: readonly Rule[], cause: RuleChange) {
    applied.set(address, rules);
    log("in-force", cause, address);
  }

  /** Timers that are due at once fire in any order, so each applies the change that is first in line, which need not be its own. */
  function applyLater(address: string, at: number, change: () => void) {
    const line = onTheWay.get(address)!;
    const cancel = world.timers.after(at - world.clock.now(), () => line.shift()?.apply());
    line.push({ apply: change, cancel });
  }

  function applyNow(address: string, change: () => void) {
    for (const { apply, cancel } of onTheWay.get(address)!.splice(0)) {
      cancel();
      apply();
    }
    change();
  }

  for (const address of addresses) applied.set(address, rules);

  return {
    opened() {
      const cause = { operation: "CreateListener" };
      log("accepted", cause);
      for (const address of addresses) log("in-force", cause, address);
    },
    at: (address) => applied.get(address) ?? [],
    accept(rules, change) {
      log("accepted", change);
      const now = world.clock.now();
      const together = world.switches.rulesSwitchTogether ? delayMs(world) : undefined;
      for (const address of addresses) {
        const at = Math.max(now + (together ?? delayMs(world)) + lateMs(address), latest.get(address) ?? now);
        latest.set(address, at);
        const applyChange = () => apply(address, rules, change);
        if (at > now) applyLater(address, at, applyChange);
        else applyNow(address, applyChange);
      }
    },
    stop() {
      for (const line of onTheWay.values()) for (const { cancel } of line.splice(0)) cancel();
    },
  };
}

function delayMs({ latencies, ids }: World): number {
  const { rulePropagationMinimumMs: minimum, rulePropagationMaximumMs: maximum } = latencies.elb;
  return Math.round(minimum + ids.fraction() * (maximum - minimum));
}
