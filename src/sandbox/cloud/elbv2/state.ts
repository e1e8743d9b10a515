import { type Elb, listenersOf, rulesInOrder } from "./model.ts";
import { describeRule } from "./rules.ts";
import { reportedHealth } from "./target-state.ts";

/** Rules as accepted and, beside them, as each address evaluates them by now. */
export function elbState(elb: Elb) {
  return {
    loadBalancers: [...elb.loadBalancers.values()].map((balancer) => ({
      arn: balancer.arn,
      dnsName: balancer.dnsName,
      addresses: balancer.addresses,
      listeners: listenersOf(elb, balancer).map((listener) => ({
        arn: listener.arn,
        port: listener.port,
        rules: rulesInOrder(listener).map(describeRule),
        inForce: Object.fromEntries(
          balancer.addresses.map((address) => [address, listener.inForce.at(address).map(describeRule)]),
        ),
      })),
    })),
    targetGroups: [...elb.targetGroups.values()].map((group) => ({
      arn: group.arn,
      attributes: Object.fromEntries(group.attributes),
      healthCheck: { ...group.healthCheck },
      targets: [...group.targets.values()].map((target) => ({
        id: target.id,
        port: target.port,
        registeredBy: target.by,
        ...reportedHealth(group, target),
      })),
    })),
  };
}
