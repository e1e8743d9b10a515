import type { Grant } from "./grant.ts";
import { all, arnOf, type NamedTarget, type Names } from "./names.ts";

/** Whoever else starts tasks on the data. The application's own task definitions are looked for whatever a target says of others. */
export const lookingForWriters = (names: Names): Grant[] => [
  {
    sid: "ListWhatStartsTasks",
    why: "Rules and schedules that start tasks on the data of a target",
    actions: [
      "ecs:ListClusters",
      "events:ListEventBuses",
      "events:ListRuleNamesByTarget",
      "events:ListRules",
      "scheduler:ListSchedules",
    ],
    resources: ["*"],
    unscoped: "AWS lets none of these calls be limited to resources",
  },
  {
    sid: "LookAtWhatStartsTasks",
    why: "Which tasks they start, and when",
    actions: ["events:DescribeRule", "events:ListTargetsByRule", "scheduler:GetSchedule"],
    resources: [arnOf(names, "events", "rule/*"), arnOf(names, "scheduler", "schedule/*")],
    unscoped: "Any of the account may start a task on the data: which do is what it is looked at for",
  },
];

/** Whether the target says of anything that it is paused. */
export const pausesWriters = ({ otherWriters }: NamedTarget): boolean =>
  typeof otherWriters === "string"
    ? otherWriters === "pause"
    : [otherWriters.default, ...Object.values(otherWriters.families)].includes("pause");

/** `otherWriters: pause`, for the rules and schedules that were found. */
export function pausingWriters(names: Names): Grant[] {
  const rules = all(names, ({ eventRules }) => eventRules, pausesWriters);
  const schedules = all(names, ({ schedules }) => schedules, pausesWriters);
  const roles = all(names, ({ scheduleRoles }) => scheduleRoles, pausesWriters);
  return [
    {
      sid: "PauseRules",
      why: "Disabled until the end, and enabled again as they were: by PutRule where they also see the read events of CloudTrail",
      actions: ["events:DisableRule", "events:EnableRule", "events:PutRule"],
      resources: rules,
    },
    {
      sid: "PauseSchedules",
      why: "Disabled until the end, and enabled again as they were",
      actions: ["scheduler:UpdateSchedule"],
      resources: schedules,
    },
    {
      sid: "PassRolesOfSchedules",
      why: "A schedule or a rule is sent again as it is, with its role",
      actions: ["iam:PassRole"],
      resources: roles,
      conditions: { StringEquals: { "iam:PassedToService": ["events.amazonaws.com", "scheduler.amazonaws.com"] } },
    },
  ];
}
