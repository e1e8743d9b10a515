import type { Grant } from "./grant.ts";
import { arnOf, clusterArns, type Names } from "./names.ts";

const NO_RESOURCES = "AWS lets none of these calls be limited to resources";

/** What a plan is made of, and preflight: nothing of it changes anything. */
export const looking = (names: Names): Grant[] => [
  {
    sid: "LookAtTheClusters",
    why: "The services of the targets, what else runs in their clusters, and which tasks may not be stopped",
    actions: ["ecs:DescribeContainerInstances", "ecs:DescribeServices", "ecs:GetTaskProtection", "ecs:ListServices"],
    resources: ["*"],
    conditions: inClusters(names),
    unscoped: "The condition limits it to the clusters: ListServices takes no resource that does",
  },
  {
    sid: "LookAtTheClustersThemselves",
    why: "What nodes run on where a service does not say, and the instances of a cluster",
    actions: ["ecs:DescribeClusters", "ecs:ListContainerInstances"],
    resources: clusterArns(names),
  },
  {
    sid: "LookAtCapacityProviders",
    why: "Whether a leader would run on Spot capacity",
    actions: ["ecs:DescribeCapacityProviders"],
    resources: [arnOf(names, "ecs", "capacity-provider/*")],
    unscoped: "Clusters and services name their providers, the configuration does not",
  },
  {
    sid: "LookAtTaskDefinitions",
    why: "Which images and which database the services, and tasks that others start, are of",
    actions: ["ecs:DescribeTaskDefinition"],
    resources: ["*"],
    unscoped: NO_RESOURCES,
  },
  {
    sid: "LookAtTheWayIn",
    why: "Every way by which the public reaches the nodes",
    actions: [
      "elasticloadbalancing:DescribeAccountLimits",
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeRules",
      "elasticloadbalancing:DescribeTargetGroupAttributes",
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTargetHealth",
    ],
    resources: ["*"],
    unscoped: NO_RESOURCES,
  },
  {
    sid: "LookAtScaling",
    why: "What else sets the number of nodes, and when",
    actions: ["application-autoscaling:DescribeScalableTargets", "application-autoscaling:DescribeScheduledActions"],
    resources: ["*"],
    unscoped: NO_RESOURCES,
  },
];

/** The nodes, as far as a plan needs to know them. */
export const lookingAtTasks = (names: Names): Grant[] => [
  {
    sid: "LookAtTasks",
    why: "The nodes, and tasks that nobody's service runs",
    actions: ["ecs:DescribeTasks", "ecs:ListTasks"],
    resources: ["*"],
    conditions: inClusters(names),
    unscoped: "The condition limits it to the clusters: ListTasks takes no resource that does",
  },
];

const inClusters = (names: Names) => ({ ArnEquals: { "ecs:cluster": clusterArns(names) } });

/** What only a run looks for: its own things, and tasks that others start meanwhile. */
export const lookingInARun = (): Grant[] => [
  {
    sid: "FindOwnRulesAndRevisions",
    why: "The operation's own rules are known by their tags, its own revisions are among their family's newest",
    actions: ["ecs:ListTaskDefinitions", "elasticloadbalancing:DescribeTags"],
    resources: ["*"],
    unscoped: NO_RESOURCES,
  },
  {
    sid: "LookAtTasksAnywhere",
    why: "The nodes; and tasks on the data of a target in other clusters, which a rule or a schedule may name",
    actions: ["ecs:DescribeTasks", "ecs:ListTasks"],
    resources: ["*"],
    unscoped: "Which clusters these are is known only once the rules and schedules are read",
  },
];
