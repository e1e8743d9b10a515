import type { Network } from "../../substrate/network.ts";
import { copyOfState } from "../copy-of-state.ts";
import type { Known } from "../iam/known.ts";
import type { TargetRegistry } from "../seams.ts";
import type { World } from "../world.ts";
import { listenerHandlers } from "./listeners.ts";
import { loadBalancerHandlers } from "./load-balancers.ts";
import type { Elb, ElbHandlers } from "./model.ts";
import { quotaHandlers } from "./quotas.ts";
import { ruleHandlers } from "./rules.ts";
import { elbState } from "./state.ts";
import { tagHandlers } from "./tags.ts";
import { targetGroupHandlers } from "./target-groups.ts";
import { targetHandlers } from "./target-handlers.ts";
import { createTargetRegistry, stopTargets } from "./targets.ts";
import type { Trouble } from "./trouble.ts";

/** Elastic Load Balancing v2: Application Load Balancers over HTTP, and their data plane on the network given. */
export function createElb(world: World, { network }: { network: Network }) {
  const { rulePropagationMinimumMs, rulePropagationMaximumMs } = world.latencies.elb;
  if (rulePropagationMinimumMs > rulePropagationMaximumMs) {
    throw new RangeError("latencies.elb.rulePropagationMinimumMs is larger than rulePropagationMaximumMs");
  }
  const elb: Elb = {
    world,
    network,
    loadBalancers: new Map(),
    listeners: new Map(),
    targetGroups: new Map(),
    tags: new Map(),
    trouble: {},
  };
  const targets: TargetRegistry = createTargetRegistry(elb);
  return {
    handlers: {
      ...loadBalancerHandlers(elb),
      ...listenerHandlers(elb),
      ...ruleHandlers(elb),
      ...targetGroupHandlers(elb),
      ...targetHandlers(elb),
      ...tagHandlers(elb),
      ...quotaHandlers(elb),
    },
    /** The reads over everything as it is now, which later changes do not reach. */
    remember(): () => ElbHandlers {
      const then = copyOfState(elb, [world, network]);
      const reads = { ...ruleHandlers(then), ...targetHandlers(then) };
      return () => reads;
    },
    targets,
    /** What IAM looks up. */
    known: {
      tags: (arn) => [...(elb.tags.get(arn) ?? [])].map(([key, value]) => ({ key, value })),
    } satisfies Known["elb"],
    /** Lets something go wrong from now on; what is not named stays as it is. */
    disturb: (trouble: Trouble): void => void Object.assign(elb.trouble, trouble),
    /** What the service knows, for people and tests to read. */
    state: () => elbState(elb),
    /** Closes every listener and ends every check and timer. */
    async stop(): Promise<void> {
      for (const group of elb.targetGroups.values()) stopTargets(group);
      const listeners = [...elb.listeners.values()];
      for (const { inForce } of listeners) inForce.stop();
      await Promise.all(listeners.map(async ({ server }) => server?.close()));
    },
  };
}
