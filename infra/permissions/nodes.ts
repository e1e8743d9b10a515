import type { Grant } from "./grant.ts";
import { all, arnOf, clusterArns, clusterNameOf, distinct, type Names } from "./names.ts";

/** The services: how many nodes, on which revision, with which deployment settings. */
export const nodes = (names: Names): Grant[] => [
  {
    sid: "ChangeServices",
    why: "Nodes are stopped and started by their number, on the revision that is to run",
    actions: ["ecs:UpdateService"],
    resources: distinct(
      names.targets.flatMap((target) =>
        target.services.map(({ name }) => arnOf(names, "ecs", `service/${clusterNameOf(target)}/${name}`)),
      ),
    ),
  },
  {
    sid: "PassRolesOfVolumes",
    why: "ECS asks for it where a service that has volumes of its own (EBS) is changed",
    actions: ["iam:PassRole"],
    resources: all(names, ({ infrastructureRoles }) => infrastructureRoles),
    conditions: { StringEquals: { "iam:PassedToService": "ecs.amazonaws.com" } },
  },
  {
    sid: "StopTasks",
    why: "The leader at its end, and nodes of a service that must not run on",
    actions: ["ecs:StopTask"],
    resources: distinct(names.targets.map((target) => arnOf(names, "ecs", `task/${clusterNameOf(target)}/*`))),
    conditions: { ArnEquals: { "ecs:cluster": clusterArns(names) } },
  },
];

/** Where requests reach the nodes. */
export const targetGroups = (names: Names): Grant[] => [
  {
    sid: "ChangeTargetGroups",
    why: "The leader is registered by hand; while the page is up requests are given less time to end, and nodes are asked for their health more often",
    actions: [
      "elasticloadbalancing:DeregisterTargets",
      "elasticloadbalancing:ModifyTargetGroup",
      "elasticloadbalancing:ModifyTargetGroupAttributes",
      "elasticloadbalancing:RegisterTargets",
    ],
    resources: all(names, ({ targetGroups }) => targetGroups),
  },
];

/** What would start nodes by itself. */
export const scaling = (names: Names): Grant[] => [
  {
    sid: "SuspendScaling",
    why: "Nothing else may set the number of nodes while the page is up",
    actions: ["application-autoscaling:RegisterScalableTarget"],
    resources: [arnOf(names, "application-autoscaling", "scalable-target/*")],
    conditions: {
      StringEquals: {
        "application-autoscaling:scalable-dimension": "ecs:service:DesiredCount",
        "application-autoscaling:service-namespace": "ecs",
      },
    },
    unscoped: "The ARN of a scalable target ends in an id that AWS makes up and DescribeScalableTargets need not tell",
  },
];
