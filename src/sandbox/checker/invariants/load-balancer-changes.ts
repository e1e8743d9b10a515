import { type CloudState, isRunning, listenersOf, targetOf } from "../cloud-state.ts";
import { isForeignRule } from "../interference.ts";
import { wasSetByOthers } from "../settings-of-others.ts";
import type { Story } from "../story.ts";
import type { Change } from "./as-before.ts";
import { compare } from "./service-changes.ts";

/** What somebody else made or changed meanwhile left out: rules as accepted and as in force, attributes, and registrations of whatever is no running node of a service. */
export function loadBalancerChanges(story: Story): Change[] {
  const { before, after } = story;
  const foreign = isForeignRule(story);
  return [
    ...compare(balancersOf(before), balancersOf(after), ({ arn }) => arn),
    ...compare(rulesOf(before, foreign), rulesOf(after, foreign), ({ place }) => place).map((change) =>
      ofOneRule(change, { before, after }),
    ),
    ...compare(groupsOf(before), groupsOf(after), ({ arn }) => arn)
      .filter(({ resource, what }) => !(what === DELAY && isDelayOfOthers(story, resource)))
      .map((change) => ({
        ...change,
        name: change.resource.split("/").at(-2)!,
      })),
  ];
}

/** What is in force at an address is the same rule, which people know by its priority. */
function ofOneRule(change: Change, { before, after }: Pick<Story, "before" | "after">): Change {
  const [arn = "", address] = change.resource.split(AT);
  const rules = [after, before].flatMap(listenersOf).flatMap((listener) => listener.rules);
  const priority = rules.find(({ RuleArn }) => RuleArn === arn)?.Priority;
  return {
    ...change,
    resource: arn,
    what: address === undefined ? change.what : `${change.what} at ${address}`,
    name: priority === undefined ? change.name : `at priority ${priority}`,
  };
}

const AT = " at ";
const DELAY = "attributes.deregistration_delay.timeout_seconds";
const isDelayOfOthers = (story: Story, resource: string): boolean =>
  wasSetByOthers(story, {
    operation: "ModifyTargetGroupAttributes",
    resource,
    member: "deregistration_delay.timeout_seconds",
  });

const balancersOf = ({ elbv2 }: CloudState) =>
  elbv2.loadBalancers.map(({ listeners, ...balancer }) => ({
    ...balancer,
    listeners: Object.fromEntries(listeners.map(({ rules: _rules, inForce: _inForce, ...rest }) => [rest.arn, rest])),
  }));

const rulesOf = (state: CloudState, isForeign: ReturnType<typeof isForeignRule>) =>
  listenersOf(state)
    .flatMap(({ rules, inForce }) => [
      ...rules.map((rule) => ({ place: rule.RuleArn, rule })),
      ...Object.entries(inForce).flatMap(([address, applied]) =>
        applied.map((rule) => ({ place: `${rule.RuleArn}${AT}${address}`, rule })),
      ),
    ])
    .filter(({ rule }) => !isForeign(rule));

/** A draining target gets no more requests, so it counts as gone; which nodes are there is judged with the ending. */
function groupsOf(state: CloudState) {
  const { elbv2, ecs } = state;
  const nodes = ecs.tasks.filter((task) => isRunning(task) && task.group.startsWith("service:"));
  return elbv2.targetGroups.map(({ targets, ...group }) => {
    const ports = ecs.services
      .flatMap(({ loadBalancers }) => loadBalancers)
      .filter(({ targetGroupArn }) => targetGroupArn === group.arn)
      .map(({ containerPort }) => containerPort);
    const known = new Set(nodes.flatMap((node) => ports.map((port) => targetOf(state, node, port))));
    return {
      ...group,
      targets: Object.fromEntries(
        targets
          .filter(({ id, port, State }) => State !== "draining" && !known.has(`${id}:${port}`))
          .map(({ id, port, registeredBy }) => [`${id}:${port}`, { registeredBy }]),
      ),
    };
  });
}
