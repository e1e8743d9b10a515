import {
  type ModifyRuleInput,
  PriorityInUseException$,
  TooManyRulesException$,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { awsError } from "../../wire/service.ts";
import { readActions } from "./actions.ts";
import { assertAssociable } from "./associations.ts";
import { matcherOf } from "./condition-matching.ts";
import { readConditions } from "./conditions.ts";
import { assertRange } from "./constraints.ts";
import { validationError } from "./errors.ts";
import {
  type Elb,
  type ElbHandlers,
  type Listener,
  listener,
  listenersOf,
  type Rule,
  rule,
  rulesInOrder,
} from "./model.ts";
import { ownRule, RULE_PRIORITY } from "./own-rule.ts";
import { paginate } from "./pagination.ts";
import { QUOTAS } from "./quotas.ts";
import { setRulePriorities } from "./rule-priorities.ts";
import { readTags } from "./tags.ts";
import { refreshUse } from "./targets.ts";
import { readTransforms } from "./transforms.ts";

export const ruleHandlers = (elb: Elb) =>
  ({
    CreateRule(input) {
      const owner = listener(elb, input.ListenerArn!);
      const priority = assertRange(input.Priority!, "priority", RULE_PRIORITY);
      const conditions = readConditions(input.Conditions);
      if (conditions.length === 0) throw validationError("A condition must be specified");
      const actions = readActions(elb, input.Actions, owner);
      const transforms = readTransforms(input.Transforms);
      const tags = readTags(input.Tags);
      if ([...owner.rules.values()].some((rule) => rule.priority === priority)) {
        throw awsError(PriorityInUseException$, `Priority '${priority}' is currently in use`);
      }
      assertRoomForRule(elb, owner);
      assertAssociable(elb, owner.loadBalancer, actions.routing);
      const arn = `${owner.arn.replace(":listener/", ":listener-rule/")}/${elb.world.ids.hex(16)}`;
      const created: Rule = { arn, priority, conditions, matches: matcherOf(conditions), ...transforms, ...actions };
      owner.rules.set(arn, created);
      elb.tags.set(arn, tags);
      accept(elb, owner, "CreateRule", arn);
      return { Rules: [describeRule(created)] };
    },
    DescribeRules(input) {
      const { ListenerArn, RuleArns } = input;
      if (!ListenerArn && !RuleArns?.length) {
        throw validationError("You must specify either listener rule ARNs or a listener ARN");
      }
      if (ListenerArn && RuleArns?.length) {
        throw validationError("You cannot specify both listener rule ARNs and a listener ARN");
      }
      const found = ListenerArn
        ? rulesInOrder(listener(elb, ListenerArn))
        : RuleArns!.map((arn) => rule(elb, arn).rule);
      const { items, NextMarker } = paginate(found, input);
      return { Rules: items.map(describeRule), NextMarker };
    },
    ModifyRule(input) {
      const { rule: before, listener: owner } = ownRule(elb, input.RuleArn!, "modified");
      const modified: Rule = { ...before, ...readChanges(elb, input, { before, owner }) };
      assertAssociable(elb, owner.loadBalancer, modified.routing);
      owner.rules.set(before.arn, modified);
      accept(elb, owner, "ModifyRule", before.arn);
      return { Rules: [describeRule(modified)] };
    },
    SetRulePriorities(input) {
      const { owner, moved } = setRulePriorities(elb, input.RulePriorities);
      accept(elb, owner, "SetRulePriorities");
      return { Rules: moved.map(describeRule) };
    },
    DeleteRule(input) {
      const { rule: deleted, listener: owner } = ownRule(elb, input.RuleArn!, "deleted");
      owner.rules.delete(deleted.arn);
      elb.tags.delete(deleted.arn);
      accept(elb, owner, "DeleteRule", deleted.arn);
      return {};
    },
  }) satisfies ElbHandlers;

export const describeRule = ({ arn, priority, conditions, transforms, actions }: Rule) => ({
  RuleArn: arn,
  Priority: String(priority),
  Conditions: conditions,
  Actions: actions,
  IsDefault: priority === "default",
  ...(transforms.length > 0 && { Transforms: transforms }),
});

/** The lists that are given replace the rule's own as a whole. */
function readChanges(elb: Elb, input: ModifyRuleInput, { before, owner }: { before: Rule; owner: Listener }) {
  const { Conditions, Actions, Transforms, ResetTransforms } = input;
  if (Transforms?.length && ResetTransforms) {
    throw validationError("You cannot specify both Transforms and ResetTransforms");
  }
  if (!Conditions?.length && !Actions?.length && !Transforms?.length && !ResetTransforms) {
    throw validationError("Either conditions or actions or transforms must be specified");
  }
  const conditions = Conditions?.length ? readConditions(Conditions) : before.conditions;
  return {
    conditions,
    matches: matcherOf(conditions),
    ...(Actions?.length && readActions(elb, Actions, { protocol: owner.protocol, before: before.actions })),
    ...((Transforms?.length || ResetTransforms) && readTransforms(Transforms)),
  };
}

function accept(elb: Elb, owner: Listener, operation: string, ruleArn?: string): void {
  owner.inForce.accept(rulesInOrder(owner), { operation, ruleArn });
  refreshUse(elb);
}

function assertRoomForRule(elb: Elb, { loadBalancer }: Listener): void {
  const maximum = QUOTAS["rules-per-application-load-balancer"];
  const count = listenersOf(elb, loadBalancer).reduce((sum, { rules }) => sum + rules.size, 0);
  if (count < maximum) return;
  throw awsError(
    TooManyRulesException$,
    `Load balancer '${loadBalancer.arn}' cannot have more than ${maximum} rules, not counting default rules`,
  );
}
