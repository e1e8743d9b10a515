import {
  OperationNotPermittedException$,
  PriorityInUseException$,
  type RuleTransform,
  TooManyRulesException$,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { awsError } from "../../wire/service.ts";
import { readActions } from "./actions.ts";
import { assertAssociable } from "./associations.ts";
import { matcherOf } from "./condition-matching.ts";
import { readConditions } from "./conditions.ts";
import { assertRange } from "./constraints.ts";
import { notSimulated, validationError } from "./errors.ts";
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
import { paginate } from "./pagination.ts";
import { QUOTAS } from "./quotas.ts";
import { readTags } from "./tags.ts";
import { refreshUse } from "./targets.ts";

export const ruleHandlers = (elb: Elb) =>
  ({
    CreateRule(input) {
      const owner = listener(elb, input.ListenerArn!);
      const priority = assertRange(input.Priority!, "priority", { minimum: 1, maximum: 50_000 });
      refuseTransforms(input.Transforms);
      const conditions = readConditions(input.Conditions);
      if (conditions.length === 0) throw validationError("A condition must be specified");
      const actions = readActions(elb, input.Actions);
      const tags = readTags(input.Tags);
      if ([...owner.rules.values()].some((rule) => rule.priority === priority)) {
        throw awsError(PriorityInUseException$, `Priority '${priority}' is currently in use`);
      }
      assertRoomForRule(elb, owner);
      assertAssociable(elb, owner.loadBalancer, actions.routing);
      const arn = `${owner.arn.replace(":listener/", ":listener-rule/")}/${elb.world.ids.hex(16)}`;
      const created: Rule = { arn, priority, conditions, matches: matcherOf(conditions), ...actions };
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
      refuseTransforms(input.Transforms);
      if (!input.Conditions?.length && !input.Actions?.length) {
        throw validationError("Either conditions or actions must be specified");
      }
      const conditions = input.Conditions?.length ? readConditions(input.Conditions) : before.conditions;
      const actions = input.Actions?.length ? readActions(elb, input.Actions) : before;
      assertAssociable(elb, owner.loadBalancer, actions.routing);
      const { actions: list, routing } = actions;
      const modified: Rule = { ...before, conditions, matches: matcherOf(conditions), actions: list, routing };
      owner.rules.set(before.arn, modified);
      accept(elb, owner, "ModifyRule", before.arn);
      return { Rules: [describeRule(modified)] };
    },
    DeleteRule(input) {
      const { rule: deleted, listener: owner } = ownRule(elb, input.RuleArn!, "deleted");
      owner.rules.delete(deleted.arn);
      elb.tags.delete(deleted.arn);
      accept(elb, owner, "DeleteRule", deleted.arn);
      return {};
    },
  }) satisfies ElbHandlers;

export const describeRule = ({ arn, priority, conditions, actions }: Rule) => ({
  RuleArn: arn,
  Priority: String(priority),
  Conditions: conditions,
  Actions: actions,
  IsDefault: priority === "default",
});

function accept(elb: Elb, owner: Listener, operation: string, ruleArn: string): void {
  owner.inForce.accept(rulesInOrder(owner), { operation, ruleArn });
  refreshUse(elb);
}

function ownRule(elb: Elb, arn: string, verb: string) {
  const found = rule(elb, arn);
  if (found.rule.priority !== "default") return found;
  throw awsError(OperationNotPermittedException$, `Default rule '${arn}' cannot be ${verb}`);
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

function refuseTransforms(transforms: RuleTransform[] | undefined): void {
  if (transforms?.length) throw notSimulated("rule transforms");
}
