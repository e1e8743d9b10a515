import { addressOf, type CloudState, isRunning, listenersOf } from "../cloud-state.ts";
import type { Story } from "../story.ts";
import type { Change } from "./as-before.ts";
import { compare } from "./service-changes.ts";

/** Rules as accepted and as in force, attributes, and registrations of whatever is no running node of a service. */
export function loadBalancerChanges({ before, after }: Story): Change[] {
  return [
    ...compare(balancersOf(before), balancersOf(after), ({ arn }) => arn),
    ...compare(rulesOf(before), rulesOf(after), ({ place }) => place),
    ...compare(groupsOf(before), groupsOf(after), ({ arn }) => arn).map((change) => ({
      ...change,
      name: change.resource.split("/").at(-2)!,
    })),
  ];
}

const balancersOf = ({ elbv2 }: CloudState) =>
  elbv2.loadBalancers.map(({ listeners, ...balancer }) => ({
    ...balancer,
    listeners: Object.fromEntries(listeners.map(({ rules: _rules, inForce: _inForce, ...rest }) => [rest.arn, rest])),
  }));

const rulesOf = (state: CloudState) =>
  listenersOf(state).flatMap(({ rules, inForce }) => [
    ...rules.map((rule) => ({ place: rule.RuleArn, rule })),
    ...Object.entries(inForce).flatMap(([address, applied]) =>
      applied.map((rule) => ({ place: `${rule.RuleArn} at ${address}`, rule })),
    ),
  ]);

/** A draining target gets no more requests, so it counts as gone; which nodes are there is judged with the ending. */
function groupsOf({ elbv2, ecs }: CloudState) {
  const nodes = new Set(
    ecs.tasks.filter((task) => isRunning(task) && task.group.startsWith("service:")).map(addressOf),
  );
  return elbv2.targetGroups.map(({ targets, ...group }) => ({
    ...group,
    targets: Object.fromEntries(
      targets
        .filter(({ id, State }) => State !== "draining" && !nodes.has(id))
        .map(({ id, port, registeredBy }) => [`${id}:${port}`, { registeredBy }]),
    ),
  }));
}
