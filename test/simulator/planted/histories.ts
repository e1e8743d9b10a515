import { readFileSync } from "node:fs";
import type { CloudDisturbance } from "../disturbances/cloud-disturbance.ts";
import type { Disturbance, Moment, Scenario, SimulatedProcedure } from "../scenario.ts";
import { catalogue } from "./catalogue.ts";

type Given = Partial<Omit<Scenario, "procedure" | "application">> & { application?: Partial<Scenario["application"]> };
type Upgrade = Extract<SimulatedProcedure, { procedure: "upgrade" }>;

/** A history in which nothing happens but what is given. */
const history = (procedure: SimulatedProcedure, { application, ...given }: Given = {}): Scenario => ({
  ...{ seed: 1, shape: "plain", procedure, latencies: {}, switches: {}, callMs: 0, disturbances: [], choices: [0] },
  ...given,
  application: { migrationMs: 5_000, ...application },
});
const upgrade = (given: Given & Partial<Omit<Upgrade, "procedure">> = {}): Scenario => {
  const { snapshot = "required", onFailure = "rollback", approval = "none", ...rest } = given;
  return history({ procedure: "upgrade", snapshot, onFailure, approval }, rest);
};
const maintenance = (given: Given & { traffic?: "closed" | "open" } = {}): Scenario => {
  const { traffic = "closed", ...rest } = given;
  return history({ procedure: "maintenance", traffic, otherwise: "hold" }, rest);
};
const rollback = (given: Given = {}): Scenario => history({ procedure: "rollback" }, given);

const begin = (phase: Extract<Moment, { afterMs: number }>["phase"], afterMs = 0): Moment => ({ phase, afterMs });
const ends = (at: Moment): { disturbances: Disturbance[] } => ({ disturbances: [{ kind: "execution-ends", at }] });
const cloud = (at: Moment, what: CloudDisturbance): { disturbances: Disturbance[] } => ({
  disturbances: [{ kind: "cloud", at, what }],
});

/** One in which the code that is planted was found to be missing. */
const onceFound = (name: string): Scenario => {
  const { scenario } = JSON.parse(readFileSync(new URL(`../regressions/${name}.json`, import.meta.url), "utf8"));
  return scenario;
};

const failing = upgrade({ application: { breakage: "migration" } });
const held = upgrade({ onFailure: "hold", application: { breakage: "migration" } });
const neverRan = upgrade({ application: { cannotStart: true } });
const noSnapshot = upgrade(cloud(begin("close"), { what: "next-snapshot-fails" }));
const slowRules = upgrade(
  cloud(begin("preflight"), { what: "address-slow", address: 1, lateMs: 15_000, forMs: 600_000 }),
);
const slowMigration = { application: { migrationMs: 20_000 } };

/** For each bug the least that shows it. Where nothing is said, an upgrade that nothing happens to does. */
const histories: Record<string, Scenario> = {
  "first-start-does-not-verify": history({ procedure: "first-start", pause: false }),
  "maintenance-node-before-back-up": maintenance(),
  "maintenance-opens-with-the-worked-on-node": maintenance(),
  "snapshot-not-awaited": upgrade({ latencies: { rds: { snapshotMs: 60_000 } } }),
  "snapshots-failure-ignored": noSnapshot,
  "refused-snapshot-goes-unnoticed": noSnapshot,
  "leader-in-its-service": upgrade({ onFailure: "hold", application: { followerBreakage: "crash" } }),
  "leader-replaced-where-it-ends": upgrade({ onFailure: "hold", application: { breakage: "crash" } }),
  "leader-run-again": upgrade({
    disturbances: [{ kind: "crash", at: { side: "after", service: "ECS", operation: "RunTask", nth: 1 } }],
  }),
  "verified-once-it-listens": upgrade(slowMigration),
  "page-proven-by-any-address": slowRules,
  "not-closed-again": upgrade(
    cloud(begin("scale-out", 10_000), { what: "address-slow", address: 1, lateMs: 100_000, forMs: 15_000 }),
  ),
  "open-before-scale-out": upgrade({ onFailure: "hold", application: { followerBreakage: "hang" } }),
  "page-proven-at-one-address": upgrade({
    ...cloud(begin("preflight"), { what: "address-slow", address: 1, lateMs: 15_000, forMs: 600_000 }),
    callMs: 250,
  }),
  "cancel-opens": upgrade({ onFailure: "hold", approval: "before-open", choices: [2] }),
  "rules-of-others-deleted": upgrade({ shape: "neighbour" }),
  "meddling-with-the-page-unnoticed": upgrade({
    ...cloud(begin("migrate", 3_000), { what: "our-rule-deleted", listener: 0, rule: 1 }),
    ...slowMigration,
  }),
  "gap-in-the-page-not-told": onceFound("page-gone-while-scaling-out"),
  "rollback-does-not-watch-the-page": onceFound("page-is-watched-in-a-rollback"),
  "open-maintenance-starts-what-others-deployed": onceFound("deployed-while-an-open-maintenance-ends"),
  "health-checks-never-restored": upgrade({ shape: "slow-health-checks" }),
  "journalled-after-the-mutation": upgrade({
    disturbances: [
      {
        ...{ kind: "call", phase: "close", service: "ECS", operation: "UpdateService" },
        ...{ nth: 1, count: 1_000, fault: "lost" },
      },
    ],
  }),
  "scaling-not-suspended": upgrade({
    ...slowMigration,
    shape: "scheduled-scaling",
    latencies: { rds: { snapshotMs: 90_000 } },
  }),
  "scaling-resumed-whatever-it-was": upgrade({ shape: "scheduled-scaling" }),
  "revisions-not-deregistered": neverRan,
  "service-not-started-again": neverRan,
  "leader-not-stopped-when-putting-back": failing,
  "failed-undo-counts-as-undone": upgrade({
    disturbances: [
      {
        ...{ kind: "call", service: "Elastic Load Balancing v2", operation: "ModifyTargetGroupAttributes" },
        ...{ nth: 2, count: 1_000, fault: "internal-error" },
      },
    ],
  }),
  "failure-past-no-return-puts-back": held,
  "failure-past-no-return-is-stuck": held,
  "work-taken-for-nothing": maintenance({ choices: [1] }),
  "image-goes-back-without-the-data": failing,
  "data-goes-back-without-the-image": rollback(),
  "nodes-run-while-the-data-is-restored": failing,
  "restored-data-not-verified": failing,
  "restores-the-oldest-snapshot": upgrade({ shape: "warm-up", application: { breakage: "migration" } }),
  "restores-the-newest-snapshot": rollback(cloud(begin("prepare"), { what: "snapshot-taken" })),
  "writes-thrown-away-unasked": maintenance({ traffic: "open", shape: "goes-back", choices: [2] }),
  "discarded-writes-not-told": rollback(),
  "epoch-not-raised": upgrade(ends(begin("back-up", 1_000))),
  "taken-over-work-taken-for-nothing": maintenance(ends(begin("verify"))),
  "taken-over-leader-not-verified": held,
  "going-back-forgotten": rollback(ends(begin("restore", 5_000))),
  "held-decision-starts-nothing": held,
  "end-without-a-word-unheard": upgrade(ends(begin("back-up", 1_000))),
  "lock-stolen": held,
  "lock-released-while-held": held,
  "lock-released-where-the-run-died": upgrade({ onFailure: "hold", ...ends(begin("migrate", 2_000)) }),
  "deadlines-ignored": upgrade({ onFailure: "hold", application: { breakage: "hang" } }),
};

/** Each of these takes as long as several others: the bug makes waits run out, or somebody must decide again and again. */
const SLOW = [
  "open-before-scale-out",
  "not-closed-again",
  "leader-replaced-where-it-ends",
  "restores-the-newest-snapshot",
  "writes-thrown-away-unasked",
  "going-back-forgotten",
  "refused-snapshot-goes-unnoticed",
  "maintenance-opens-with-the-worked-on-node",
  "leader-in-its-service",
  "counts-of-now-instead-of-pinned",
  "rules-of-others-deleted",
  "service-not-started-again",
  "leader-not-stopped-when-putting-back",
  "data-goes-back-without-the-image",
  "nodes-run-while-the-data-is-restored",
  "taken-over-work-taken-for-nothing",
  "taken-over-leader-not-verified",
  "lock-stolen",
  "lock-released-while-held",
  "lock-released-where-the-run-died",
  "deadlines-ignored",
];

/** A small history for each bug, which shows it whatever seeds draw. */
export const keptHistories = (): Map<string, Scenario> =>
  new Map(catalogue.map(({ name }) => [name, histories[name] ?? upgrade()]));

/** Those that a test run has the time for. */
export const quickHistories = (): Map<string, Scenario> =>
  new Map([...keptHistories()].filter(([name]) => !SLOW.includes(name)));
