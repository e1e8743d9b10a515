import type { OperationEvent, OperationFact } from "../../src/operations/event.ts";
import type { OperationRequest, Phase } from "../../src/operations/operation.ts";
import { fold, type OperationState } from "../../src/operations/state.ts";

type Fact = OperationFact extends infer Each ? (Each extends OperationFact ? Omit<Each, "key"> : never) : never;
type Minute = [minute: number, fact: Fact];
/** An operation's log, of which only what its words are made of is there. */
export type Ended = { state: OperationState; events: OperationEvent[] };

const REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/crm";
const ada = { kind: "iam" as const, id: "arn:aws:iam::123456789012:role/operator", name: "operator/ada", details: {} };
const at = (minute: number) => new Date(Date.parse("2026-01-15T02:00:00.000Z") + minute * 60_000).toISOString();

function ended(request: OperationRequest, log: Minute[]): Ended {
  const requested: Minute = [0, { type: "requested", target: "crm-production", request, requestedBy: ada }];
  const events = [requested, ...log].map(
    ([minute, fact], index) => ({ ...fact, seq: index + 1, at: at(minute), key: `${index}` }) as OperationEvent,
  );
  return { events, state: fold("op-20260115-020000-3f9a2c", events)! };
}

const upgrade: OperationRequest = { procedure: "upgrade", image: `${REGISTRY}:2.0.0`, snapshot: "required" };
const rollback: OperationRequest = { procedure: "rollback", of: "op-20260114-020000-77ab01" };
const maintenance: OperationRequest = {
  procedure: "maintenance",
  traffic: "closed",
  within: "1h",
  otherwise: "hold",
  snapshot: "required",
};
const firstStart: OperationRequest = {
  procedure: "first-start",
  database: "empty",
  counts: { "crm-web": 3 },
  evenIf: [],
  pause: false,
  snapshot: "required",
};

const phase = (name: Phase, from: number, to: number): Minute[] => [
  [from, { type: "phase-started", phase: name }],
  [to, { type: "phase-finished", phase: name, outcome: "done" }],
];
const nodes = (minute: number, when: "before" | "after", version: string): Minute => [
  minute,
  {
    type: "nodes",
    when,
    nodes: ["a", "b"].map((task) => ({
      taskArn: `arn:aws:ecs:eu-west-1:123456789012:task/crm/${task}`,
      service: "crm-web",
      image: `${REGISTRY}:${version}`,
      status: "RUNNING",
    })),
  },
];
const closed: Minute[] = [
  [0, { type: "started" }],
  [
    1,
    {
      type: "mutation",
      mutation: {
        phase: "close",
        service: "elbv2",
        operation: "CreateRule",
        resource: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/crm/1/2",
        parameters: {
          Tags: [{ Key: "intermission:role", Value: "bypass" }],
          Conditions: [
            {
              Field: "http-header",
              HttpHeaderConfig: { HttpHeaderName: "x-intermission-bypass", Values: ["(secret)"] },
            },
          ],
        },
        summary: "Let requests with the bypass header through",
        inverse: "Delete the rule",
      },
    },
  ],
  [1, { type: "closing-started" }],
  [2, { type: "closed" }],
];
const backedUp: Minute[] = [
  ...closed,
  nodes(1, "before", "1.9.4"),
  [3, { type: "quiet", stoppedAt: at(3) }],
  [6, { type: "snapshot-available", snapshot: "intermission-crm-1", createdAt: at(3) }],
  [6, { type: "point-of-no-return-passed", snapshot: "intermission-crm-1" }],
];
/** From here on the new version may have changed the data. */
const leader: Minute = [
  7,
  {
    type: "mutation",
    mutation: {
      phase: "migrate",
      service: "ecs",
      operation: "RunTask",
      resource: "crm-web",
      parameters: {},
      summary: "Start one standalone node of the new version, which migrates the data",
      inverse: "Stopped; what it did to the data only the snapshot takes back",
    },
  },
];
const verified = (minute: number, version: string): Minute[] => [
  ...phase("verify", minute, minute),
  [minute, { type: "verified", version, taskArn: "arn:aws:ecs:eu-west-1:123456789012:task/crm/a" }],
];
const opened = (minute: number): Minute[] => [
  [minute, { type: "opening-started" }],
  [minute + 1, { type: "opened" }],
];
const restored = (minute: number): Minute => [
  minute,
  {
    type: "database-restored",
    snapshot: "intermission-crm-1",
    database: "crm-db",
    address: "crm-db.abc.eu-west-1.rds.amazonaws.com",
    aside: "crm-db-before-3f9a2c-g2",
    different: [{ what: "DbiResourceId", before: "db-OLD", now: "db-NEW" }],
    tell: ["Import crm-db anew where infrastructure-as-code goes by resource id"],
  },
];
const failed = { code: "migration-failed", message: "the application says that it cannot start: duplicate column" };
const decided = (decision: "proceed" | "rollback" | "cancel", from?: number): Fact => ({
  type: "decided",
  decision,
  by: ada,
  comment: "orders are wrong",
  ...(from !== undefined && { discards: { from: at(from) } }),
});

/** Every procedure in the ways in which it can end. */
export const endings: Record<string, Ended> = {
  "an upgrade that failed and went back to the snapshot by itself": ended(upgrade, [
    ...backedUp,
    leader,
    [20, { type: "going-back", why: failed.message, snapshot: "intermission-crm-1" }],
    restored(40),
    ...verified(45, "1.9.4"),
    ...opened(50),
    nodes(51, "after", "1.9.4"),
    [52, { type: "finished", status: "rolled-back", problem: failed }],
  ]),
  "a held upgrade, taken over and rolled back because somebody decided it": ended(upgrade, [
    ...backedUp,
    leader,
    [20, { type: "held", problem: failed }],
    [30, decided("rollback")],
    [30, { type: "taken-over", epoch: 2, why: "operator/ada decided: rollback" }],
    [33, { type: "going-back", why: "operator/ada decided: rollback", snapshot: "intermission-crm-1" }],
    restored(60),
    ...opened(70),
    nodes(71, "after", "1.9.4"),
    [72, { type: "finished", status: "rolled-back" }],
  ]),
  "an upgrade that is held while it opens": ended(upgrade, [
    ...backedUp,
    leader,
    ...verified(20, "2.0.0"),
    [25, { type: "opening-started" }],
    [30, { type: "closed" }],
    [30, { type: "held", problem: { code: "timed-out", message: "the application did not answer the public" } }],
  ]),
  "an upgrade without a snapshot that is held": ended({ ...upgrade, snapshot: "none" }, [
    ...closed,
    [6, { type: "point-of-no-return-passed" }],
    leader,
    [20, { type: "held", problem: failed }],
  ]),
  "an upgrade that was cancelled before it began": ended(upgrade, [
    [1, decided("cancel")],
    [
      1,
      { type: "finished", status: "refused", problem: { code: "cancelled", message: "operator/ada decided: cancel" } },
    ],
  ]),
  "a first start": ended(firstStart, [
    ...backedUp,
    ...verified(20, "1.9.4"),
    ...opened(25),
    nodes(26, "after", "1.9.4"),
    [27, { type: "finished", status: "succeeded" }],
  ]),
  "a first start that went back": ended(firstStart, [
    ...closed,
    ...opened(18),
    [20, { type: "finished", status: "rolled-back", problem: failed }],
  ]),
  "a maintenance that is done": ended(maintenance, [
    ...backedUp,
    [7, { type: "waiting", for: "maintenance", until: at(67), otherwise: "it is held, with the alarm raised" }],
    [50, decided("proceed")],
    ...verified(52, "1.9.4"),
    ...opened(55),
    nodes(56, "after", "1.9.4"),
    [57, { type: "finished", status: "succeeded" }],
  ]),
  "a maintenance that waits": ended(maintenance, [
    ...backedUp,
    [7, { type: "waiting", for: "maintenance", until: at(67), otherwise: "it is held, with the alarm raised" }],
  ]),
  "a maintenance that somebody took back": ended(maintenance, [
    ...backedUp,
    [50, decided("rollback")],
    [51, { type: "going-back", why: "operator/ada decided: rollback", snapshot: "intermission-crm-1" }],
    restored(80),
    ...opened(90),
    nodes(91, "after", "1.9.4"),
    [92, { type: "finished", status: "rolled-back" }],
  ]),
  "a rollback that worked, of an upgrade that visitors had written to": ended(
    { ...rollback, discards: { from: at(-600) }, comment: "orders are wrong" },
    [
      ...closed,
      nodes(1, "before", "2.0.0"),
      [2, { type: "discarded", from: at(-600), to: at(2) }],
      [5, { type: "going-back", why: "op-20260114-020000-77ab01 is taken back", snapshot: "intermission-crm-1" }],
      restored(40),
      ...verified(45, "1.9.4"),
      ...opened(50),
      nodes(51, "after", "1.9.4"),
      [52, { type: "finished", status: "succeeded" }],
    ],
  ),
  "a rollback that failed before it touched the data": ended(rollback, [
    ...closed,
    ...opened(10),
    [
      12,
      { type: "finished", status: "rolled-back", problem: { code: "timed-out", message: "a container did not end" } },
    ],
  ]),
  "a rollback that is held while it restores": ended(rollback, [
    ...closed,
    [5, { type: "point-of-no-return-passed", snapshot: "intermission-crm-1" }],
    [5, { type: "going-back", why: "op-20260114-020000-77ab01 is taken back", snapshot: "intermission-crm-1" }],
    [9, { type: "held", problem: { code: "restore-failed", message: "the restore ended as incompatible-restore" } }],
  ]),
};
