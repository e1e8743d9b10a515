import * as sdk from "@aws-sdk/client-eventbridge";
import { readExpression } from "../../../schedules/expression.ts";
import { InvalidExpression } from "../../../schedules/timetable.ts";
import type { Handlers } from "../../wire/server.ts";
import { awsError } from "../../wire/service.ts";
import { arn, type World } from "../world.ts";
import { type Buses, DEFAULT_BUS } from "./buses.ts";
import { problemOfPattern } from "./event-pattern.ts";
import { checkEnum, invalid, page, type Rule, ruleKey, ruleNotFound } from "./rule.ts";

const NAME = /^[.\-_A-Za-z0-9]{1,64}$/;

export const ruleHandlers = (
  world: World,
  { rules, buses, arm }: { rules: Map<string, Rule>; buses: Buses; arm: (rule: Rule) => void },
) => {
  function find(name: string, busName: string | undefined): Rule {
    const bus = buses.nameOf(busName);
    const rule = rules.get(ruleKey(bus, name));
    if (!rule) throw ruleNotFound(name, bus);
    return rule;
  }
  function rulesOn(busName: string | undefined): Rule[] {
    const bus = buses.nameOf(busName);
    return [...rules.values()].filter((rule) => rule.bus === bus).sort(byName);
  }
  function setState(name: string, bus: string | undefined, state: sdk.RuleState): Record<string, never> {
    const rule = find(name, bus);
    rule.state = state;
    arm(rule);
    return {};
  }
  const byArn = (resourceArn: string): Rule => {
    const rule = [...rules.values()].find((each) => each.arn === resourceArn);
    if (!rule) throw ruleNotFound(resourceArn);
    return rule;
  };

  return {
    /** Whatever a call leaves out is gone afterwards, the schedule, the description and the state of DISABLED too. Tags and targets stay. */
    PutRule(input) {
      const bus = buses.nameOf(input.EventBusName);
      const name = input.Name!;
      if (!NAME.test(name))
        throw invalid(
          `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+`,
        );
      checkEnum("state", input.State, sdk.RuleState);
      if (input.ScheduleExpression === undefined && input.EventPattern === undefined)
        throw invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.");
      checkSchedule(input.ScheduleExpression, bus);
      checkPattern(input.EventPattern);
      const known = rules.get(ruleKey(bus, name));
      const rule: Rule = {
        name,
        bus,
        arn: arn(world, "events", `rule/${bus === DEFAULT_BUS ? name : ruleKey(bus, name)}`),
        eventPattern: input.EventPattern,
        scheduleExpression: input.ScheduleExpression,
        state: input.State ?? "ENABLED",
        description: input.Description,
        roleArn: input.RoleArn,
        targets: known?.targets ?? new Map(),
        tags: known?.tags ?? new Map(input.Tags?.map(({ Key = "", Value = "" }) => [Key, Value])),
        cancel: known?.cancel ?? (() => {}),
      };
      rules.set(ruleKey(bus, name), rule);
      arm(rule);
      return { RuleArn: rule.arn };
    },

    DescribeRule: ({ Name, EventBusName }) => ({
      ...describeRule(find(Name!, EventBusName)),
      CreatedBy: world.account,
    }),

    ListRules({ NamePrefix = "", EventBusName, ...paging }) {
      const found = rulesOn(EventBusName).filter(({ name }) => name.startsWith(NamePrefix));
      const { items, NextToken } = page(found, paging);
      return { Rules: items.map(describeRule), NextToken };
    },

    ListRuleNamesByTarget({ TargetArn, EventBusName, ...paging }) {
      const found = rulesOn(EventBusName).filter(({ targets }) =>
        [...targets.values()].some(({ Arn }) => Arn === TargetArn),
      );
      const { items, NextToken } = page(found, paging);
      return { RuleNames: items.map(({ name }) => name), NextToken };
    },

    EnableRule: ({ Name, EventBusName }) => setState(Name!, EventBusName, "ENABLED"),
    DisableRule: ({ Name, EventBusName }) => setState(Name!, EventBusName, "DISABLED"),

    /** A rule that is not there is deleted already. */
    DeleteRule({ Name, EventBusName }) {
      const key = ruleKey(buses.nameOf(EventBusName), Name!);
      const rule = rules.get(key);
      if (rule?.targets.size) throw invalid("Rule can't be deleted since it has targets.");
      rule?.cancel();
      rules.delete(key);
      return {};
    },

    TagResource({ ResourceARN, Tags = [] }) {
      for (const { Key = "", Value = "" } of Tags) byArn(ResourceARN!).tags.set(Key, Value);
      return {};
    },
    UntagResource({ ResourceARN, TagKeys = [] }) {
      for (const key of TagKeys) byArn(ResourceARN!).tags.delete(key);
      return {};
    },
    ListTagsForResource: ({ ResourceARN }) => ({
      Tags: [...byArn(ResourceARN!).tags].map(([Key, Value]) => ({ Key, Value })),
    }),
  } satisfies Handlers<typeof sdk>;
};

const byName = (a: Rule, b: Rule): number => (a.name < b.name ? -1 : 1);

export const describeRule = (rule: Rule): sdk.Rule => ({
  Name: rule.name,
  Arn: rule.arn,
  EventPattern: rule.eventPattern,
  ScheduleExpression: rule.scheduleExpression,
  State: rule.state,
  Description: rule.description,
  RoleArn: rule.roleArn,
  EventBusName: rule.bus,
});

/** A rule knows rate() and cron(), both in UTC; at() is the Scheduler's. */
function checkSchedule(expression: string | undefined, bus: string): void {
  if (expression === undefined) return;
  if (bus !== DEFAULT_BUS) throw invalid("ScheduleExpression is supported only on the default event bus.");
  try {
    if (expression.startsWith("at(")) throw new InvalidExpression(expression);
    readExpression(expression, { anchorMs: 0 });
  } catch (error) {
    if (!(error instanceof InvalidExpression)) throw error;
    throw invalid("Parameter ScheduleExpression is not valid.");
  }
}

function checkPattern(pattern: string | undefined): void {
  if (pattern === undefined) return;
  const wrong = problemOfPattern(pattern);
  if (wrong) throw awsError(sdk.InvalidEventPatternException$, `Event pattern is not valid. Reason: ${wrong}`);
}
