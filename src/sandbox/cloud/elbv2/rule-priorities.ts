import { PriorityInUseException$, type RulePriorityPair } from "@aws-sdk/client-elastic-load-balancing-v2";
import { awsError } from "../../wire/service.ts";
import { assertRange } from "./constraints.ts";
import { validationError } from "./errors.ts";
import type { Elb, Listener, Rule } from "./model.ts";
import { ownRule, RULE_PRIORITY } from "./own-rule.ts";

/**
 * Reorders rules of one listener. Rules that are not named keep their priority, and conflicts are judged in the new order, so two rules can swap.
 * All of it is one change: no address ever evaluates a half of it.
 */
export function setRulePriorities(elb: Elb, pairs: RulePriorityPair[] = []): { owner: Listener; moved: Rule[] } {
  const named = pairs.map(({ RuleArn, Priority }) => ({
    ...ownRule(elb, RuleArn ?? "", "moved"),
    priority: assertRange(Priority ?? 0, "rulePriorities.priority", RULE_PRIORITY),
  }));
  const owner = named[0]?.listener;
  if (!owner) throw validationError("At least one rule priority must be specified");
  const foreign = named.find(({ listener }) => listener !== owner);
  if (foreign) throw validationError(`The rule '${foreign.rule.arn}' does not belong to the listener '${owner.arn}'`);
  const moved = new Map(named.map(({ rule, priority }) => [rule.arn, { ...rule, priority }]));
  if (moved.size < named.length) throw validationError("A rule can be given only one priority");

  const taken = new Set<Rule["priority"]>();
  for (const { arn, priority } of owner.rules.values()) {
    const final = moved.get(arn)?.priority ?? priority;
    if (taken.has(final)) throw awsError(PriorityInUseException$, `Priority '${final}' is currently in use`);
    taken.add(final);
  }
  for (const [arn, rule] of moved) owner.rules.set(arn, rule);
  return { owner, moved: [...moved.values()] };
}
