import type { PlantedBug } from "../planted-bug.ts";

const UNDO = "procedures/undo.ts";

/** One a kind of journal entry: its undo does nothing. */
export const undoing: PlantedBug[] = [
  {
    name: "revisions-not-deregistered",
    what: "Revisions that a rolled-back upgrade registered stay the newest of their family.",
    edits: [
      { file: UNDO, find: "          await aws.ecs.deregisterTaskDefinition(arn);\n", put: "          void arn;\n" },
    ],
    foundBy: [7],
    restriction: { procedure: "upgrade" },
  },
  {
    name: "rules-not-deleted",
    what: "The operation's rules stay on the listener when everything is over.",
    edits: [
      {
        file: UNDO,
        find: "if (tags[ROLE_TAG] === undo.role) await aws.loadBalancers.deleteRule(arn);",
        put: "if (tags[ROLE_TAG] === undo.role) void arn;",
      },
    ],
    foundBy: [7],
  },
  {
    name: "scaling-not-resumed",
    what: "Auto Scaling stays suspended when everything is over.",
    edits: [{ file: UNDO, find: "return resumeScaling(aws, undo);", put: "return void resumeScaling;" }],
    foundBy: [7],
  },
  {
    name: "service-not-started-again",
    what: "Putting everything back leaves the services at 0.",
    edits: [{ file: UNDO, find: "      await restoreService(aws, undo);\n", put: "      void restoreService;\n" }],
    foundBy: [6, "hang"],
  },
  {
    name: "deregistration-delay-not-restored",
    what: "The target group keeps the window's short deregistration delay.",
    edits: [
      {
        file: UNDO,
        find: "      await aws.loadBalancers.setDeregistrationDelay(undo.targetGroupArn, undo.seconds);\n",
        put: "",
      },
    ],
    foundBy: [7],
  },
  {
    name: "leader-not-stopped-when-putting-back",
    what: "A leader goes on while everything is put back.",
    edits: [
      {
        file: UNDO,
        find: `      for (const { arn, desiredStatus } of await aws.ecs.tasksStartedBy(undo.cluster, undo))
`,
        put: `      for (const { arn, desiredStatus } of (await aws.ecs.tasksStartedBy(undo.cluster, undo)).slice(1_000))
`,
      },
    ],
    foundBy: [1, 4, 5, 6, 7, "hang"],
  },
  {
    name: "failed-undo-counts-as-undone",
    what: "What could not be put back is neither tried again nor listed.",
    edits: [
      {
        file: UNDO,
        find: "      left.push({ leftover: asLeftover(entry, error as Error), error: error as Error });\n",
        put: "      void asLeftover;\n",
      },
    ],
    foundBy: [6, 7],
  },
];
