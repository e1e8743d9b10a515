import type { Phase } from "../../src/operations/operation.ts";
import type { LiveStage } from "./live-stage.ts";

const REGISTRY = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/crm";
export const upgradeRequest = { procedure: "upgrade", image: `${REGISTRY}:2.0.0`, comment: "Release 2.0.0" };

const phase = (name: Phase, closed: boolean, expectedSeconds: number) => ({
  ...{ phase: name, closed, expectedSeconds, worstSeconds: expectedSeconds * 10, parts: [] },
});
const at = (minutes: number) => new Date(Date.parse("2026-01-15T02:00:00.000Z") + minutes * 60_000).toISOString();
const forecast = {
  at: at(0),
  phases: [
    ...[phase("preflight", false, 10), phase("prepare", false, 40)],
    ...[phase("close", true, 20), phase("stop", true, 35), phase("back-up", true, 110), phase("migrate", true, 150)],
    ...[phase("verify", true, 15), phase("scale-out", true, 60), phase("open", true, 20), phase("finish", false, 45)],
  ],
  window: { expectedSeconds: 410, worstSeconds: 4_100 },
  ...{ closesAt: at(1), opensAt: at(8), opensAtWorst: at(70) },
};
const task = (name: string) => `arn:aws:ecs:eu-central-1:111122223333:task/crm/${name}`;
const node = (name: string, service: string, version: string) => ({
  ...{
    taskArn: task(name),
    service,
    image: `${REGISTRY}:${version}`,
    imageDigest: `sha256:${version}`,
    version,
    status: "RUNNING",
  },
});
const nodes = (version: string) => [
  ...[node("a1", "crm-web", version), node("a2", "crm-web", version), node("b1", "crm-worker", version)],
];

/** What the cloud says, as the target's live state has it. */
export const cloud = (
  running: { service: string; version: string; status?: string; standalone?: boolean }[],
  { closed, database = "available" }: { closed: boolean; database?: string },
) => ({
  services: ["crm-web", "crm-worker"].map((name) => ({
    name,
    desiredCount: running.filter(({ service, standalone }) => service === name && !standalone).length,
    runningCount: running.filter(({ service, status, standalone }) => service === name && !status && !standalone)
      .length,
    pendingCount: running.filter(({ service, status }) => service === name && status === "PENDING").length,
  })),
  nodes: running.map(({ service, version, status = "RUNNING", standalone }) => ({
    taskArn: task("x"),
    ...{ service, status, ...(standalone && { standalone }) },
    containers: [{ name: "app", image: `${REGISTRY}@sha256:${version}`, imageDigest: `sha256:${version}` }],
  })),
  listeners: [
    { loadBalancer: "crm-public", protocol: "HTTPS", port: 443, closed },
    { loadBalancer: "crm-public", protocol: "HTTP", port: 80, closed },
  ],
  database: { identifier: "crm-db", status: database, arn: "arn:aws:rds:eu-central-1:111122223333:db:crm-db" },
});
const three = (version: string) => [
  ...[
    { service: "crm-web", version },
    { service: "crm-web", version },
    { service: "crm-worker", version },
  ],
];

const check = (name: string, outcome: "passed" | "warned", found: string, expected = found, fix?: string) => ({
  type: "check" as const,
  check: { name, outcome, looked: `the ${name}`, expected, found, ...(fix && { fix }) },
});

/** What happens in an upgrade, a part at a time. */
export const upgradeCourse = {
  async prepares({ happens, passes, cloudSays }: LiveStage) {
    cloudSays(cloud(three("1.9.4"), { closed: false }));
    await happens(
      { type: "started", executionArn: "arn:aws:lambda:eu-central-1:111122223333:function:runbook" },
      { type: "phase-started", phase: "preflight" },
      check("image-exists", "passed", "sha256:8f2c…"),
      check("database-state", "passed", "crm-db is available"),
      check(
        "scheduled-actions",
        "warned",
        "one at 02:30",
        "none while the window is open",
        "It is held back, and listed as missed",
      ),
      check("room-for-rules", "passed", "97 of 100 rules are free"),
      { type: "forecast", forecast },
      { type: "phase-finished", phase: "preflight", outcome: "done" },
    );
    passes(9);
    await happens(
      { type: "phase-started", phase: "prepare" },
      { type: "nodes", when: "before", nodes: nodes("1.9.4") },
    );
    passes(12);
    await happens({ type: "progress", phase: "prepare", message: "warm-up snapshot: creating, 40 %" });
  },

  async closes({ happens, passes, cloudSays }: LiveStage) {
    passes(33);
    await happens(
      { type: "phase-finished", phase: "prepare", outcome: "done" },
      { type: "phase-started", phase: "close" },
      { type: "closing-started" },
    );
    passes(14);
    cloudSays(cloud(three("1.9.4"), { closed: true }));
    await happens(
      { type: "closed" },
      { type: "phase-finished", phase: "close", outcome: "done" },
      { type: "phase-started", phase: "stop" },
    );
    passes(31);
    cloudSays(cloud([], { closed: true, database: "backing-up" }));
    await happens(
      { type: "quiet", stoppedAt: at(2) },
      { type: "phase-finished", phase: "stop", outcome: "done" },
      { type: "phase-started", phase: "back-up" },
    );
    passes(55);
    await happens({ type: "progress", phase: "back-up", message: "snapshot: creating, 60 %" });
  },

  async migrates({ happens, passes, cloudSays }: LiveStage) {
    passes(48);
    cloudSays(cloud([{ service: "crm-web", version: "2.0.0", standalone: true }], { closed: true }));
    await happens(
      { type: "snapshot-available", snapshot: "intermission-crm-3f9a2c", createdAt: at(2) },
      { type: "phase-finished", phase: "back-up", outcome: "done" },
      { type: "point-of-no-return-passed", snapshot: "intermission-crm-3f9a2c" },
      { type: "phase-started", phase: "migrate" },
      {
        type: "mutation",
        mutation: {
          ...{ phase: "migrate", service: "ecs", operation: "RunTask", resource: "crm-web", parameters: {} },
          ...{ summary: "Start one standalone node of the new version, which migrates the data", inverse: "Stopped" },
        },
      },
      { type: "leader-started", taskArn: task("9c1d") },
    );
    passes(71);
    await happens(
      { type: "progress", phase: "migrate", message: "migration 31 of 48: 20260901-orders-in-cents" },
      { type: "progress", phase: "migrate", message: "migration 32 of 48: 20260903-customers <b>&amp; their notes" },
    );
  },

  async isHeld({ happens, passes }: LiveStage) {
    passes(95);
    await happens(
      { type: "phase-finished", phase: "migrate", outcome: "failed" },
      {
        type: "held",
        problem: {
          code: "migration-failed",
          message: 'the application says that it cannot start: duplicate column name "total_cents"',
          hint: "Look at the leader's log. What is decided now is the way on: nothing happens by itself",
        },
      },
    );
  },

  async opens({ happens, passes, cloudSays }: LiveStage) {
    passes(64);
    await happens(
      { type: "phase-finished", phase: "migrate", outcome: "done" },
      { type: "phase-started", phase: "verify" },
    );
    passes(11);
    cloudSays(
      cloud(
        [
          { service: "crm-web", version: "2.0.0", standalone: true },
          ...three("2.0.0").map((each) => ({ ...each, status: "PENDING" })),
        ],
        { closed: true },
      ),
    );
    await happens(
      { type: "verified", version: "2.0.0", taskArn: task("9c1d") },
      { type: "phase-finished", phase: "verify", outcome: "done" },
      { type: "phase-started", phase: "scale-out" },
    );
    passes(52);
    cloudSays(cloud(three("2.0.0"), { closed: false }));
    await happens(
      { type: "phase-finished", phase: "scale-out", outcome: "done" },
      { type: "phase-started", phase: "open" },
      { type: "opening-started" },
      { type: "opened" },
      { type: "phase-finished", phase: "open", outcome: "done" },
    );
  },

  async ends({ happens, passes }: LiveStage) {
    passes(30);
    await happens(
      { type: "nodes", when: "after", nodes: nodes("2.0.0") },
      {
        type: "missed",
        what: "the scheduled action crm-night of crm-web",
        due: [at(5)],
        byHand: "set its minimum to 2",
      },
      { type: "finished", status: "succeeded" },
    );
  },
};
