import { expect, it } from "vitest";
import { criticalPath } from "../../bench/analysis/critical-path.ts";
import { profiles } from "../../bench/profiles/profiles.ts";
import type { ProfileRun } from "../../bench/runners/run-profile.ts";
import type { SandboxEvent, SandboxFact } from "../../src/sandbox/cloud/event-log.ts";

const role = "somebody";
const BEGAN = Date.parse("2026-01-15T02:00:00.000Z");
const call = (operation: string, parameters: object): SandboxFact => ({
  ...{
    kind: "call",
    service: "ECS",
    operation,
    parameters,
    caller: `arn:aws:sts::1:assumed-role/${role}/session`,
    outcome: "ok",
  },
});
const rules = (change: "accepted" | "in-force", operation: string, address?: string): SandboxFact => ({
  ...{ kind: "rules", listenerArn: "listener", ruleArn: "closing", change, operation, address },
});
const container = (change: "started" | "ended" | "signalled", group: string, address: string, signal?: string) =>
  ({
    ...{ kind: "container", change, group, address, taskArn: address, taskDefinitionArn: "", container: "app" },
    ...{ image: "", imageDigest: "", signal },
  }) satisfies SandboxFact;
const target = (change: "deregistered" | "health", id: string, state?: string): SandboxFact => ({
  ...{ kind: "target", targetGroupArn: "group", id, port: 3000, change, state },
});
const snapshot = (status: string): SandboxFact => ({
  ...{ kind: "snapshot", identifier: "backup", of: "db", status, percent: 0, generation: "", contentAt: "" },
});
const page = [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "503" } }];

/** Facts by seconds since the begin. */
const logOf = (facts: [number, SandboxFact][]): SandboxEvent[] =>
  facts.map(([seconds, fact], index) => ({
    seq: index + 1,
    at: new Date(BEGAN + seconds * 1_000).toISOString(),
    ...fact,
  }));

const UPGRADE: [number, SandboxFact][] = [
  [10, rules("accepted", "CreateRule")],
  [10, call("CreateRule", { Actions: page })],
  [12, rules("in-force", "CreateRule", "a")],
  [15, rules("in-force", "CreateRule", "b")],
  [18, call("UpdateService", { service: "crm", desiredCount: 0 })],
  [28, target("deregistered", "10.0.0.1")],
  [58, container("signalled", "service:crm", "10.0.0.1", "SIGTERM")],
  [60, container("ended", "service:crm", "10.0.0.1")],
  [61, call("CreateDBSnapshot", { DBSnapshotIdentifier: "backup" })],
  [161, snapshot("available")],
  [163, call("RunTask", {})],
  [203, container("started", "family:crm", "10.0.0.2")],
  [240, call("UpdateService", { service: "crm", desiredCount: 1 })],
  [280, container("started", "service:crm", "10.0.0.3")],
  [290, target("health", "10.0.0.3", "healthy")],
  [291, call("DeleteRule", { RuleArn: "closing" })],
  [293, rules("in-force", "DeleteRule", "a")],
  [296, rules("in-force", "DeleteRule", "b")],
];
const run = {
  profile: profiles[0]!,
  runner: "ours",
  role,
  tookMs: 0,
  asked: [],
  events: logOf(UPGRADE),
} satisfies ProfileRun;

it("a phase is what the cloud needed, what was waited before it, and what it was drawn out", () => {
  const { phases, windowSeconds, criticalSeconds } = criticalPath(run);
  expect(windowSeconds).toBe(284);
  expect(phases).toEqual([
    { phase: "close", cloud: 3, waited: 0, drawn: 0 },
    // It drained for thirty seconds, and requests in flight were promised five.
    { phase: "stop", cloud: 17, waited: 3, drawn: 25 },
    { phase: "back-up", cloud: 100, waited: 1, drawn: 0 },
    // The container started after 40 s, and twelve of boot, twenty of migration and a half are the application's.
    { phase: "migrate", cloud: 72.5, waited: 2, drawn: 0 },
    { phase: "scale-out", cloud: 50, waited: 4.5, drawn: 0 },
    { phase: "open", cloud: 5, waited: 1, drawn: 0 },
  ]);
  expect(criticalSeconds).toBe(247.5);
});

it("what a runbook did not wait for is not counted as needed", () => {
  const hasty = UPGRADE.map(([seconds, fact]): [number, SandboxFact] => [
    fact.kind === "call" && fact.operation === "DeleteRule" ? 285 : seconds,
    fact,
  ]).toSorted(([a], [b]) => a - b);
  const { phases, windowSeconds } = criticalPath({ ...run, events: logOf(hasty) });
  expect(phases.find(({ phase }) => phase === "scale-out")).toEqual({
    ...{ phase: "scale-out", cloud: 45, waited: 4.5, drawn: 0 },
  });
  expect(windowSeconds).toBe(284);
});
