import type { Aws } from "../aws/aws.ts";
import { type RulePriority, setPrioritiesInput } from "../aws/load-balancer.ts";
import type { Undo } from "../operations/journal.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { Shift } from "./closing-rules.ts";
import { type Planned, planned, shortName } from "./planned.ts";
import { roomBack } from "./rule-room.ts";

/** One change for all rules of a listener. Nothing is routed otherwise by it, for their order stays. */
export function makeRoom({ listener, moved }: Shift): Planned<RulePriority[]> {
  const priorities = moved.map(({ ruleArn, to }) => ({ ruleArn, priority: to }));
  const back = moved.map(({ ruleArn, from }) => ({ ruleArn, priority: from }));
  const moves = moved.map(({ from, to }) => `${from} to ${to}`).join(", ");
  return planned({
    name: `move/${shortName(listener.arn)}`,
    phase: "close",
    call: "elbv2:SetRulePriorities",
    resource: listener.arn,
    summary: `Move rules of ${listener.protocol} ${listener.port} to make room, their order unchanged: ${moves}`,
    inverse: commandFor(back),
    undo: { kind: "restore-priorities", listenerArn: listener.arn, moved },
    parameters: priorities,
    request: setPrioritiesInput(priorities),
  });
}

/**
 * Gives the moved rules their old numbers back, all that are there and can have them. What somebody has changed meanwhile is not evaluated
 * in another order because of it: a rule that is in the way keeps its place, and so does whatever would have to pass it.
 */
export async function restorePriorities(
  aws: Aws,
  { listenerArn, moved }: Extract<Undo, { kind: "restore-priorities" }>,
): Promise<void> {
  const { back, stuck } = roomBack(await aws.loadBalancers.rules(listenerArn), moved);
  if (back.length)
    await aws.loadBalancers.setPriorities(back.map(({ ruleArn, from }) => ({ ruleArn, priority: from })));
  if (stuck.length === 0) return;
  const found = stuck.map(({ moved: { ruleArn, from }, found }) => `${ruleArn} at ${found} instead of ${from}`);
  throw new OperationError(
    `expected every moved rule at its old priority, found ${found.join(", ")}: somebody changed the listener inside the window`,
    {
      code: "priorities-taken",
      hint: `Decide in which order the rules belong, then: ${commandFor(stuck.map(({ moved: { ruleArn, from } }) => ({ ruleArn, priority: from })))}`,
    },
  );
}

const commandFor = (priorities: RulePriority[]) =>
  `aws elbv2 set-rule-priorities --rule-priorities ${priorities.map(({ ruleArn, priority }) => `RuleArn=${ruleArn},Priority=${priority}`).join(" ")}`;
