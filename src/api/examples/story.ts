import type { OperationEvent, OperationFact } from "../../operations/event.ts";
import type { Forecast } from "../../operations/forecast.ts";
import type { CheckResult, Identity, Mutation, Phase } from "../../operations/operation.ts";
import { operationRequestSchema } from "../../operations/operation.ts";

/** The operation that the examples tell of: an upgrade at night, looked at by somebody before the site opens. */
export const ID = "op-20260115-020000-3f9a2c";
export const TARGET = "crm-production";
const REGISTRY = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/crm";
export const [OLD_IMAGE, IMAGE] = [`${REGISTRY}:1.9.4`, `${REGISTRY}:2.0.0`];
export const LISTENER =
  "arn:aws:elasticloadbalancing:eu-central-1:111122223333:listener/app/crm/50dc6c495c0c9188/f2f7dc8efc522ab2";
const task = (id: string) => `arn:aws:ecs:eu-central-1:111122223333:task/crm/${id}`;
const SNAPSHOT = `intermission-crm-production-${ID}`;

export const time = (afterSeconds: number): string =>
  new Date(Date.parse("2026-01-15T02:00:00.000Z") + afterSeconds * 1_000).toISOString();

export const job: Identity = {
  kind: "github",
  id: "github:repository:123456",
  name: "acme/crm (octocat)",
  details: { run_id: "77", run_attempt: "1", ref: "refs/tags/v2.0.0", environment: "production" },
};
export const operator: Identity = {
  kind: "iam",
  id: "arn:aws:iam::111122223333:role/operator",
  name: "operator/ada",
  details: {},
};

export const request = operationRequestSchema.parse({ procedure: "upgrade", image: IMAGE, approval: "before-open" });

export const check: CheckResult = {
  name: "image-exists",
  outcome: "passed",
  looked: IMAGE,
  expected: "an image that its registry knows",
  found: "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
};

export const forecast: Forecast = {
  at: time(2),
  phases: [
    phaseForecast("preflight", false, 10, "every check"),
    phaseForecast("close", true, 20, "until every address shows the page"),
    phaseForecast("back-up", true, 240, "the snapshot"),
    phaseForecast("migrate", true, 300, "the migration"),
  ],
  window: { expectedSeconds: 560, worstSeconds: 5_600 },
  closesAt: time(12),
  opensAt: time(572),
  opensAtWorst: time(5_612),
};

function phaseForecast(phase: Phase, closed: boolean, seconds: number, what: string) {
  const parts = [{ what, seconds, source: "measured" as const, on: "3 operations" }];
  return { phase, closed, expectedSeconds: seconds, worstSeconds: seconds * 10, parts };
}

export const closing: Mutation = {
  phase: "close",
  service: "elbv2",
  operation: "CreateRule",
  resource: LISTENER,
  parameters: { ListenerArn: LISTENER, Priority: 50_000, Conditions: [{ Field: "path-pattern", Values: ["*"] }] },
  summary: "Answer everybody with the page, status 503",
  inverse: "Delete the rule",
};

const node = (id: string, image: string) => ({ taskArn: task(id), service: "crm-web", image, status: "RUNNING" });
const phase = (name: Phase, from: number, to: number, between: Moment[] = []): Moment[] => [
  [from, { type: "phase-started", phase: name }],
  ...between,
  [to, { type: "phase-finished", phase: name, outcome: "done" }],
];

type Fact = OperationFact extends infer Each ? (Each extends OperationFact ? Omit<Each, "key"> : never) : never;
type Moment = [afterSeconds: number, fact: Fact];

const untilTheLeaderRuns: Moment[] = [
  [0, { type: "requested", target: TARGET, request, requestedBy: job }],
  [1, { type: "started" }],
  ...phase("preflight", 1, 4, [
    [2, { type: "check", check }],
    [2, { type: "forecast", forecast }],
    [3, { type: "nodes", when: "before", nodes: [node("8f2c", OLD_IMAGE), node("91aa", OLD_IMAGE)] }],
  ]),
  ...phase("close", 4, 20, [
    [5, { type: "closing-started" }],
    [5, { type: "mutation", mutation: closing }],
    [20, { type: "closed" }],
  ]),
  ...phase("stop", 20, 62, [[61, { type: "quiet", stoppedAt: time(60) }]]),
  ...phase("back-up", 62, 180, [[179, { type: "snapshot-available", snapshot: SNAPSHOT, createdAt: time(63) }]]),
  [180, { type: "phase-started", phase: "migrate" }],
  [181, { type: "point-of-no-return-passed", snapshot: SNAPSHOT }],
  [190, { type: "leader-started", taskArn: task("c0de") }],
  [220, { type: "progress", phase: "migrate", message: "migrating 120 of 300 collections" }],
];

/** Verified, and somebody looks at it past the page. */
const untilSomebodyIsAsked: Moment[] = [
  ...untilTheLeaderRuns,
  [410, { type: "phase-finished", phase: "migrate", outcome: "done" }],
  ...phase("verify", 410, 425, [[424, { type: "verified", version: "2.0.0", taskArn: task("c0de") }]]),
  [425, { type: "waiting", for: "before-open", until: time(4_025), otherwise: "the operation is held" }],
];

const untilItIsOver: Moment[] = [
  ...untilSomebodyIsAsked,
  [500, { type: "decided", decision: "proceed", by: operator, comment: "orders look right" }],
  ...phase("scale-out", 501, 560),
  ...phase("open", 560, 572, [
    [561, { type: "opening-started" }],
    [571, { type: "opened" }],
  ]),
  ...phase("finish", 572, 590, [
    [589, { type: "nodes", when: "after", nodes: [node("d1e7", IMAGE), node("e2f8", IMAGE)] }],
  ]),
  [590, { type: "finished", status: "succeeded" }],
];

const untilItIsHeld: Moment[] = [
  ...untilTheLeaderRuns,
  [300, { type: "phase-finished", phase: "migrate", outcome: "failed" }],
  [
    301,
    {
      type: "held",
      problem: {
        code: "migration-failed",
        message: 'expected the application to become ready, found that it cannot start: column "tax" exists already',
        hint: "Look at it past the page and at its log, then decide: rollback restores the snapshot",
      },
    },
  ],
];

const logged = (moments: Moment[]): OperationEvent[] =>
  moments.map(
    ([after, fact], index) => ({ ...fact, seq: index + 1, at: time(after), key: `${index + 1}` }) as OperationEvent,
  );

/** The log at four moments. */
export const logs = {
  started: logged(untilTheLeaderRuns.slice(0, 1)),
  running: logged(untilTheLeaderRuns),
  waiting: logged(untilSomebodyIsAsked),
  held: logged(untilItIsHeld),
  succeeded: logged(untilItIsOver),
};
