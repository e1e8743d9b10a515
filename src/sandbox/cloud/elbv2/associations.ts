import {
  TargetGroupAssociationLimitException$,
  TooManyUniqueTargetGroupsPerLoadBalancerException$,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { awsError } from "../../wire/service.ts";
import { type Elb, type LoadBalancer, listenersOf, type Routing, rulesInOrder, type TargetGroup } from "./model.ts";
import { QUOTAS } from "./quotas.ts";

/** The load balancers whose rules or default actions forward to the group; the API lets it be one at most. */
export function loadBalancersOf(elb: Elb, group: TargetGroup): LoadBalancer[] {
  const found = new Set<LoadBalancer>();
  for (const listener of elb.listeners.values()) {
    const forwards = rulesInOrder(listener).some(({ routing }) => groupsNamedBy(routing).includes(group));
    if (forwards) found.add(listener.loadBalancer);
  }
  return [...found];
}

/** Those that any rule or default action forwards to. */
export const groupsInUse = (elb: Elb): Set<TargetGroup> =>
  new Set(
    [...elb.listeners.values()].flatMap(({ rules, defaultRule }) =>
      [...rules.values(), defaultRule].flatMap(({ routing }) => groupsNamedBy(routing)),
    ),
  );

export const targetGroupsOf = (elb: Elb, loadBalancer: LoadBalancer): Set<TargetGroup> =>
  new Set(
    listenersOf(elb, loadBalancer)
      .flatMap(rulesInOrder)
      .flatMap(({ routing }) => groupsNamedBy(routing)),
  );

/** A target group belongs to one load balancer, and a load balancer has a limited number of them. */
export function assertAssociable(elb: Elb, loadBalancer: LoadBalancer, routing: Routing): void {
  const named = groupsNamedBy(routing);
  const foreign = named.find((group) => loadBalancersOf(elb, group).some((other) => other !== loadBalancer));
  if (foreign) {
    throw awsError(
      TargetGroupAssociationLimitException$,
      `The following target groups cannot be associated with more than one load balancer: ${foreign.arn}`,
    );
  }
  const groups = new Set([...targetGroupsOf(elb, loadBalancer), ...named]);
  const maximum = QUOTAS["target-groups-per-application-load-balancer"];
  if (groups.size > maximum) {
    throw awsError(
      TooManyUniqueTargetGroupsPerLoadBalancerException$,
      `Load balancer '${loadBalancer.arn}' cannot have more than ${maximum} target groups`,
    );
  }
}

/** Groups with weight 0 too: an action that names one puts it in use. */
const groupsNamedBy = (routing: Routing): TargetGroup[] =>
  routing.type === "forward" ? routing.groups.map(({ targetGroup }) => targetGroup) : [];
