import type {
  CheckResult,
  MaintenanceRequest,
  Mutation,
  Node,
  OperationRequest,
} from "../../src/operations/operation.ts";
import type { Script } from "./fake-api.ts";

export const image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/crm:1.9.4";
const before = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/crm:1.8.0";

export const passedCheck: CheckResult = {
  name: "services-stable",
  outcome: "passed",
  looked: "DescribeServices",
  expected: "every service stable",
  found: "crm-web 3/3, crm-worker 1/1",
};
export const warnedCheck: CheckResult = {
  name: "rule-limit",
  outcome: "warned",
  looked: "DescribeRules",
  expected: "room for 10 rules",
  found: "room for 3",
  fix: "Ask for a higher limit",
};
export const failedCheck: CheckResult = {
  name: "image-exists",
  outcome: "failed",
  looked: "DescribeImages",
  expected: `${image} in the registry`,
  found: "no such tag",
  fix: "Push the image",
};
export const mutation: Mutation = {
  phase: "stop",
  service: "ecs",
  operation: "UpdateService",
  resource: "crm-web",
  parameters: { service: "crm-web", desiredCount: 0 },
  summary: "sets the desired count of crm-web from 3 to 0",
  inverse: "sets it back to 3",
};
const node = (task: string, of: string, version: string): Node => ({
  taskArn: `arn:aws:ecs:eu-west-1:123456789012:task/crm/${task}`,
  service: "crm-web",
  image: of,
  version,
  status: "RUNNING",
});
const phase = (name: Mutation["phase"], from: number, to: number, inside: Script = []): Script => [
  [from, { type: "phase-started", phase: name }],
  ...inside,
  [to, { type: "phase-finished", phase: name, outcome: "done" }],
];

const untilClosed: Script = [
  [0.5, { type: "started" }],
  ...phase("preflight", 1, 4, [
    [3, { type: "check", check: passedCheck }],
    [3, { type: "check", check: warnedCheck }],
    [3.5, { type: "nodes", when: "before", nodes: [node("a1", before, "1.8.0"), node("a2", before, "1.8.0")] }],
  ]),
  ...phase("prepare", 4, 6),
  ...phase("close", 6, 9, [
    [6.5, { type: "closing-started" }],
    [8.5, { type: "closed" }],
  ]),
];
export const untilBackedUp: Script = [
  ...untilClosed,
  ...phase("stop", 9, 40, [
    [9.5, { type: "mutation", mutation }],
    [39, { type: "quiet", stoppedAt: "2026-01-15T02:00:38.000Z" }],
  ]),
  ...phase("back-up", 40, 340, [
    [45, { type: "progress", phase: "back-up", message: "snapshot at 20 %" }],
    [339, { type: "snapshot-available", snapshot: "crm-db-3f9a2c", createdAt: "2026-01-15T02:00:50.000Z" }],
  ]),
];
const migrating: Script = [
  [340, { type: "phase-started", phase: "migrate" }],
  [341, { type: "point-of-no-return-passed", snapshot: "crm-db-3f9a2c" }],
  [345, { type: "leader-started", taskArn: "arn:aws:ecs:eu-west-1:123456789012:task/crm/b0" }],
  [
    380,
    { type: "progress", phase: "migrate", message: "migration 7 of 12\n::set-output name=x::y \u001b[31m##[error]no" },
  ],
];

export const succeeds: Script = [
  ...untilBackedUp,
  ...migrating,
  [400, { type: "phase-finished", phase: "migrate", outcome: "done" }],
  ...phase("verify", 400, 403, [
    [402, { type: "verified", version: "1.9.4", taskArn: "arn:aws:ecs:eu-west-1:123456789012:task/crm/b0" }],
  ]),
  ...phase("scale-out", 403, 430),
  ...phase("open", 430, 433, [
    [430.5, { type: "opening-started" }],
    [432.7, { type: "opened" }],
  ]),
  ...phase("finish", 433, 436, [
    [434, { type: "nodes", when: "after", nodes: [node("b1", image, "1.9.4"), node("b2", image, "1.9.4")] }],
    [435, { type: "leftover", what: "one old snapshot could not be deleted", fix: "Delete crm-db-old" }],
  ]),
  [436, { type: "finished", status: "succeeded" }],
];

const migrationFailed = {
  code: "fatal-log",
  message: "the leader said: duplicate column",
  hint: "Look at the leader's log\nThe target stays locked.",
};

export const rolledBack: Script = [
  ...untilBackedUp,
  ...migrating,
  [390, { type: "phase-finished", phase: "migrate", outcome: "failed" }],
  ...phase("put-back", 391, 900, [
    [890, { type: "opening-started" }],
    [895, { type: "opened" }],
  ]),
  [900, { type: "finished", status: "rolled-back", problem: migrationFailed }],
];

export const held: Script = [
  ...untilBackedUp,
  ...migrating,
  [390, { type: "phase-finished", phase: "migrate", outcome: "failed" }],
  [391, { type: "held", problem: migrationFailed }],
];

export const refused: Script = [
  [0.5, { type: "started" }],
  [1, { type: "phase-started", phase: "preflight" }],
  [3, { type: "check", check: passedCheck }],
  [3, { type: "check", check: failedCheck }],
  [4, { type: "phase-finished", phase: "preflight", outcome: "failed" }],
  [4, { type: "finished", status: "refused", problem: { code: "preflight", message: "1 check failed" } }],
];

export const maintenanceRequest: MaintenanceRequest = {
  procedure: "maintenance",
  traffic: "closed",
  within: "1h",
  otherwise: "hold",
  snapshot: "required",
};
/** The one node runs, and the people may work. */
export const beginsMaintenance: Script = [
  ...untilBackedUp,
  ...phase("start", 340, 350, [
    [345, { type: "leader-started", taskArn: "arn:aws:ecs:eu-west-1:123456789012:task/crm/b0" }],
  ]),
  [350, { type: "point-of-no-return-passed", snapshot: "crm-db-3f9a2c" }],
  [350, { type: "phase-started", phase: "work" }],
  [
    351,
    {
      type: "waiting",
      for: "maintenance",
      until: "2026-01-15T03:05:51.000Z",
      otherwise: "it is held, everything as it is then, with the alarm raised",
    },
  ],
];
export const endsMaintenance: Script = [
  [1, { type: "phase-finished", phase: "work", outcome: "done" }],
  ...phase("verify", 1, 3, [
    [2, { type: "verified", version: "1.8.0", taskArn: "arn:aws:ecs:eu-west-1:123456789012:task/crm/b0" }],
  ]),
  ...phase("scale-out", 3, 30),
  ...phase("open", 30, 33, [
    [30.5, { type: "opening-started" }],
    [32.7, { type: "opened" }],
  ]),
  ...phase("finish", 33, 36, [
    [34, { type: "nodes", when: "after", nodes: [node("b1", before, "1.8.0"), node("b2", before, "1.8.0")] }],
  ]),
  [36, { type: "finished", status: "succeeded" }],
];

export const upgradeRequest: OperationRequest = { procedure: "upgrade", image, snapshot: "required" };
/** The new version is verified, and the page is still up. */
export const asksBeforeOpen: Script = [
  ...succeeds.filter(([at]) => at < 403),
  [403, { type: "phase-finished", phase: "verify", outcome: "done" }],
  [403, { type: "phase-started", phase: "work" }],
  [
    404,
    {
      type: "waiting",
      for: "before-open",
      until: "2026-01-15T03:06:44.000Z",
      otherwise: "what a failure now leads to",
    },
  ],
];
/** What is left of an upgrade that was allowed to open. */
export const opens: Script = succeeds.filter(([at]) => at >= 430).map(([at, fact]) => [at - 425, fact]);
/** What is left of an upgrade that was told to go back. */
export const goesBack: Script = [
  [121, { type: "going-back", why: "octo/crm (ada) decided: rollback", snapshot: "crm-db-3f9a2c" }],
  ...phase("restore", 122, 500, [
    [
      499,
      {
        type: "database-restored",
        snapshot: "crm-db-3f9a2c",
        database: "crm-db",
        address: "crm-db.abc.eu-west-1.rds.amazonaws.com",
        aside: "crm-db-before-3f9a2c-g2",
        different: [],
        tell: [],
      },
    ],
  ]),
  ...phase("open", 600, 603, [
    [600.5, { type: "opening-started" }],
    [602.7, { type: "opened" }],
  ]),
  [604, { type: "finished", status: "rolled-back" }],
];
