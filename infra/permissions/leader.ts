import { TARGET_TAG } from "../../src/aws/tags.ts";
import type { Grant } from "./grant.ts";
import { all, arnOf, clusterArns, clusterNameOf, distinct, type Names, revisionsOf, targetNames } from "./names.ts";

/** New revisions of the application's own task definitions. */
export const revisions = (names: Names): Grant[] => [
  {
    sid: "RegisterRevisions",
    why: "A revision with the new image for each service, one with the leader's environment",
    actions: ["ecs:RegisterTaskDefinition"],
    resources: ["*"],
    unscoped:
      "AWS's reference limits this call to families, while refusals that people have seen name `*`: so that it works either way, the limit is the tag that a revision must carry, which only revisions of these families may be given (TagTasksAndRevisions)",
    conditions: ofOurs(names),
  },
  {
    sid: "DeregisterRevisions",
    why: "The leader's revision at the end, and every new one where an operation is undone",
    actions: ["ecs:DeregisterTaskDefinition"],
    resources: ["*"],
    unscoped: "AWS lets this call be limited neither to resources nor by tags; what runs is not touched by it",
  },
];

/** One standalone task, which migrates. */
export const leader = (names: Names): Grant[] => [
  {
    sid: "RunLeader",
    why: "The node that migrates, as a task that ECS never starts again",
    actions: ["ecs:RunTask"],
    resources: revisionsOf(names),
    conditions: { ArnEquals: { "ecs:cluster": clusterArns(names) }, ...ofOurs(names) },
  },
  {
    sid: "TagTasksAndRevisions",
    why: "The tags by which tasks and revisions are known to be ours, given when they are made and never later",
    actions: ["ecs:TagResource"],
    resources: [
      ...revisionsOf(names),
      ...distinct(names.targets.map((target) => arnOf(names, "ecs", `task/${clusterNameOf(target)}/*`))),
    ],
    conditions: { StringEquals: { "ecs:CreateAction": ["RegisterTaskDefinition", "RunTask"] } },
  },
  {
    sid: "PassRolesOfTasks",
    why: "The roles that the application's task definitions have already",
    actions: ["iam:PassRole"],
    resources: all(names, ({ taskRoles }) => taskRoles),
    conditions: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
  },
];

const ofOurs = (names: Names) => ({
  StringEquals: { [`aws:RequestTag/${TARGET_TAG}`]: targetNames(names) },
});
