import type * as sdk from "@aws-sdk/client-eventbridge";
import { arn } from "../../world.ts";
import { type Demand, type Demands, passRole, requestTags, valuesOf, withoutResource } from "../demand.ts";
import type { Known } from "../known.ts";

const EVENTS = "events.amazonaws.com";

/** EventBridge. A rule on the default bus has an ARN without the bus. */
export function eventBridgeDemands({ world }: Known): Demands<typeof sdk> {
  const ruleArn = (name = "", bus = "default") => {
    const busName = bus.split("/").at(-1);
    return arn(world, "events", `rule/${busName === "default" ? "" : `${busName}/`}${name}`);
  };
  const busArn = (bus = "default") => (bus.startsWith("arn:") ? bus : arn(world, "events", `event-bus/${bus}`));
  const onBus =
    (operation: string) =>
    ({ Name }: { Name?: string }): Demand[] => [{ action: `events:${operation}`, resource: busArn(Name) }];
  const onRule =
    (operation: string) =>
    ({ Name, EventBusName }: { Name?: string; EventBusName?: string }): Demand[] => [
      { action: `events:${operation}`, resource: ruleArn(Name, EventBusName) },
    ];
  const passing = (roles: (string | undefined)[]): Demand[] =>
    [...new Set(roles)].flatMap((role) => (role ? [passRole(role, EVENTS)] : []));

  return {
    ...withoutResource("events", "ListEventBuses", "ListRuleNamesByTarget", "ListRules"),
    CreateEventBus: onBus("CreateEventBus"),
    DescribeEventBus: onBus("DescribeEventBus"),
    DeleteEventBus: onBus("DeleteEventBus"),
    DescribeRule: onRule("DescribeRule"),
    EnableRule: onRule("EnableRule"),
    DisableRule: onRule("DisableRule"),
    DeleteRule: onRule("DeleteRule"),
    PutRule: ({ Name, EventBusName, RoleArn, Tags }) => [
      { action: "events:PutRule", resource: ruleArn(Name, EventBusName), values: requestTags(Tags) },
      ...passing([RoleArn]),
    ],
    ListTargetsByRule: ({ Rule, EventBusName }) => onRule("ListTargetsByRule")({ Name: Rule, EventBusName }),
    PutTargets: ({ Rule, EventBusName, Targets = [] }) => [
      ...onRule("PutTargets")({ Name: Rule, EventBusName }),
      ...passing(Targets.map(({ RoleArn }) => RoleArn)),
    ],
    RemoveTargets: ({ Rule, EventBusName }) => onRule("RemoveTargets")({ Name: Rule, EventBusName }),
    PutEvents: ({ Entries = [] }) =>
      Entries.map(({ EventBusName, Source, DetailType }) => ({
        action: "events:PutEvents",
        resource: busArn(EventBusName),
        values: valuesOf({ "events:source": Source, "events:detail-type": DetailType }),
      })),
    ListTagsForResource: ({ ResourceARN: resource = "" }) => [{ action: "events:ListTagsForResource", resource }],
    TagResource: ({ ResourceARN: resource = "", Tags }) => [
      { action: "events:TagResource", resource, values: requestTags(Tags) },
    ],
    UntagResource: ({ ResourceARN: resource = "", TagKeys }) => [
      { action: "events:UntagResource", resource, values: valuesOf({ "aws:TagKeys": TagKeys }) },
    ],
  };
}
