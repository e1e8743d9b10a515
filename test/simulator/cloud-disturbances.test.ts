import { PutClusterCapacityProvidersCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { CreateDBSnapshotCommand, RestoreDBInstanceFromDBSnapshotCommand } from "@aws-sdk/client-rds";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listenersOf } from "../../src/sandbox/checker/cloud-state.ts";
import { stateOf } from "../simulation/judge.ts";
import { type NoticeboardCloudOptions, noticeboardCloud } from "../simulation/noticeboard-cloud.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../virtual-time.ts";
import {
  anyCloudDisturbance,
  type CloudDisturbance,
  cloudDisturbanceSchema,
  disturbCloud,
  healCloud,
  kinds,
} from "./disturbances/cloud-disturbance.ts";
import { othersOf } from "./disturbances/others.ts";

type Quiet = {
  cloud: SimulatedCloud;
  /** Lets it happen; whether there was anything for it to happen to. */
  happens(disturbance: CloudDisturbance): Promise<boolean>;
  sleep(ms: number): Promise<void>;
};

/** Things happen to a cloud in which nothing else does; nothing of the simulation may break of it. */
const quietly = (body: (quiet: Quiet) => Promise<void>, options: NoticeboardCloudOptions = {}) =>
  inVirtualTime(async () => {
    const cloud = await noticeboardCloud(options);
    const happens = (disturbance: CloudDisturbance) => disturbCloud(cloud, cloudDisturbanceSchema.parse(disturbance));
    await body({ cloud, happens, sleep: (ms) => cloud.world.clock.sleep(ms) });
    await healCloud(cloud);
    expect(cloud.bugs).toEqual([]);
  });

const tasks = (cloud: SimulatedCloud, status: string) =>
  stateOf(cloud).ecs.tasks.filter(({ lastStatus }) => lastStatus === status);
const running = (cloud: SimulatedCloud) => tasks(cloud, "RUNNING").length;
const service = (cloud: SimulatedCloud) => stateOf(cloud).ecs.services[0]!;
const scalable = (cloud: SimulatedCloud) => stateOf(cloud).autoScaling.targets[0]!;
const rules = (cloud: SimulatedCloud) =>
  listenersOf(stateOf(cloud))[0]!.rules.map(({ Priority, Actions }) => `${Priority} ${Actions[0]!.Type}`);
const health = (cloud: SimulatedCloud) =>
  stateOf(cloud).elbv2.targetGroups.flatMap(({ targets }) => targets.map(({ State }) => State));
const database = (cloud: SimulatedCloud) => stateOf(cloud).rds.instances[0]!;
const snapshots = (cloud: SimulatedCloud) =>
  stateOf(cloud).rds.snapshots.map(({ Status, PercentProgress }) => `${Status} ${String(PercentProgress)}`);
const snapshot = (cloud: SimulatedCloud, name: string) =>
  othersOf(cloud).rds.send(
    new CreateDBSnapshotCommand({ DBInstanceIdentifier: "noticeboard-db", DBSnapshotIdentifier: name }),
  );
const count = (cloud: SimulatedCloud, desiredCount: number) =>
  othersOf(cloud).ecs.send(new UpdateServiceCommand({ cluster: "noticeboard", service: "noticeboard", desiredCount }));

test("every kind is drawn, and what is drawn is as the schema says", () => {
  const drawn = fc.sample(anyCloudDisturbance(), { numRuns: 2_000, seed: 1 });
  for (const disturbance of drawn) expect(cloudDisturbanceSchema.parse(disturbance)).toEqual(disturbance);
  expect([...new Set(drawn.map(({ what }) => what))].toSorted()).toEqual(Object.keys(kinds).toSorted());
});

describe("tasks", () => {
  test("die, with the exit code that is said, and of that sort alone", () =>
    quietly(async ({ cloud, happens, sleep }) => {
      expect(await happens({ what: "task-dies", which: "leader", nth: 0 })).toBe(false);
      expect(await happens({ what: "task-dies", which: "old", nth: 4, exitCode: 0 })).toBe(true);
      expect(await happens({ what: "task-dies", which: "any", nth: 0 })).toBe(true);
      await sleep(100);
      const ended = stateOf(cloud).ecs.tasks.filter(({ desiredStatus }) => desiredStatus === "STOPPED");
      expect(ended.map(({ containers: [only] }) => only!.exitCode).toSorted((a, b) => Number(a) - Number(b))).toEqual([
        0, 137,
      ]);
      await sleep(60_000);
      expect(running(cloud)).toBe(3);
    }));

  test("lose their Spot capacity, where they are on it", () =>
    quietly(async ({ cloud, happens, sleep }) => {
      expect(await happens({ what: "spot-interruption", which: "any", nth: 0 })).toBe(false);
      const { ecs } = othersOf(cloud);
      const capacityProviderStrategy = [{ capacityProvider: "FARGATE_SPOT", weight: 1 }];
      await ecs.send(
        new PutClusterCapacityProvidersCommand({
          cluster: "noticeboard",
          capacityProviders: ["FARGATE", "FARGATE_SPOT"],
          defaultCapacityProviderStrategy: [],
        }),
      );
      await ecs.send(
        new UpdateServiceCommand({
          cluster: "noticeboard",
          service: "noticeboard",
          capacityProviderStrategy,
          forceNewDeployment: true,
        }),
      );
      await sleep(60_000);
      expect(await happens({ what: "spot-interruption", which: "any", nth: 1 })).toBe(true);
      expect(JSON.stringify(stateOf(cloud).ecs.tasks)).toContain("SpotInterruption");
    }));

  test("fall silent, for a while or until all is healed", () =>
    quietly(async ({ cloud, happens, sleep }) => {
      expect(await happens({ what: "node-silent", which: "old", nth: 0, forMs: 12_000 })).toBe(true);
      await sleep(12_000);
      expect(health(cloud)).toContain("unhealthy");
      await sleep(60_000);
      expect(health(cloud).filter((state) => state === "healthy")).toHaveLength(3);
    }));

  test("stay where they are while they are stuck there", () =>
    quietly(async ({ cloud, happens, sleep }) => {
      await happens({ what: "tasks-stuck", status: "PROVISIONING", forMs: 100_000 });
      await count(cloud, 4);
      await sleep(99_000);
      expect(tasks(cloud, "PROVISIONING")).toHaveLength(1);
      await sleep(25_000);
      expect(running(cloud)).toBe(4);
      await happens({ what: "tasks-stuck", status: "DEPROVISIONING", forMs: 3_600_000 });
      await happens({ what: "task-dies", which: "old", nth: 0 });
      await sleep(300_000);
      expect(tasks(cloud, "DEPROVISIONING")).toHaveLength(1);
      await healCloud(cloud);
      expect(tasks(cloud, "DEPROVISIONING")).toHaveLength(0);
    }));

  test("find no room while capacity is missing, and no image while the registry is out of reach", () =>
    quietly(async ({ cloud, happens, sleep }) => {
      await happens({ what: "capacity-missing", forMs: 60_000 });
      expect(await happens({ what: "task-run", service: 0, image: "old", by: "schedule" })).toBe(false);
      await count(cloud, 4);
      await sleep(59_000);
      expect(stateOf(cloud).ecs.tasks).toHaveLength(3);
      expect(JSON.stringify(service(cloud).events)).toContain("Capacity is unavailable at this time");
      await sleep(60_000);
      expect(running(cloud)).toBe(4);
      await happens({ what: "images-unreachable", forMs: 60_000 });
      await count(cloud, 5);
      await sleep(60_000);
      expect(JSON.stringify(stateOf(cloud).ecs.tasks)).toContain("CannotPullContainerError");
    }));
});

describe("other people", () => {
  test("set counts, deploy, register revisions, and start and stop tasks", () =>
    quietly(async ({ cloud, happens, sleep }) => {
      await happens({ what: "desired-count-set", service: 0, count: 1 });
      expect(service(cloud).desiredCount).toBe(1);
      await happens({ what: "revision-registered", service: 0, image: "new" });
      await happens({ what: "redeployed", service: 0, image: "same" });
      expect(service(cloud).deployments.map(({ status }) => status)).toEqual(["PRIMARY", "ACTIVE"]);
      expect(service(cloud).taskDefinition).toMatch(/:1$/);
      await happens({ what: "redeployed", service: 0, image: "new" });
      expect(service(cloud).taskDefinition).toMatch(/:3$/);
      await happens({ what: "task-run", service: 0, image: "new", by: "schedule" });
      await happens({ what: "task-run", service: 0, image: "old", by: "hand" });
      await sleep(60_000);
      const alone = tasks(cloud, "RUNNING").filter(({ group }) => group === "family:noticeboard");
      expect(alone.map(({ startedBy }) => startedBy)).toEqual(["events-rule/report", "alice"]);
      expect(await happens({ what: "task-stopped", which: "leader", nth: 0 })).toBe(true);
      await sleep(60_000);
      expect(tasks(cloud, "STOPPED").at(-1)).toMatchObject({ stopCode: "UserInitiated" });
    }));

  test("change the listener, and nothing of ours where there is nothing of ours", () =>
    quietly(
      async ({ cloud, happens }) => {
        const first = rules(cloud);
        expect(first).toEqual(["10 forward", "100 forward", "default forward"]);
        expect(await happens({ what: "our-rule-deleted", listener: 0, rule: 0 })).toBe(false);
        await happens({ what: "rule-added", listener: 0, where: "first", to: "page", path: "/robots.txt" });
        await happens({ what: "rule-added", listener: 0, where: "last", to: "target", path: "/*" });
        await happens({ what: "default-action-changed", listener: 0, to: "page" });
        expect(rules(cloud)).toEqual([
          ...["1 fixed-response", "10 forward", "100 forward", "50000 forward", "default fixed-response"],
        ]);
        await happens({ what: "priorities-moved", listener: 0, whose: "others", rule: 1, by: 5 });
        await happens({ what: "rule-of-others-changed", listener: 0, rule: 2 });
        await happens({ what: "rule-of-others-deleted", listener: 0, rule: 0 });
        expect(rules(cloud)).toEqual([
          ...["15 forward", "100 fixed-response", "50000 forward", "default fixed-response"],
        ]);
        await happens({ what: "delay-changed", group: 0, seconds: 30 });
        expect(JSON.stringify(stateOf(cloud).elbv2.targetGroups)).toContain(
          '"deregistration_delay.timeout_seconds":"30"',
        );
      },
      { neighbour: true },
    ));

  test("scale: by policies, by actions, and by hand", () =>
    quietly(async ({ cloud, happens, sleep }) => {
      expect(await happens({ what: "scaling-activity", service: 0, more: 2 })).toBe(true);
      expect(service(cloud).desiredCount).toBe(5);
      await happens({ what: "scheduled-action", service: 0, min: 1, more: 2, inMs: 30_000 });
      await sleep(31_000);
      expect(service(cloud).desiredCount).toBe(3);
      await happens({ what: "bounds-changed", service: 0, min: 4, more: 0 });
      expect(scalable(cloud)).toMatchObject({ MinCapacity: 4, MaxCapacity: 4 });
      expect(await happens({ what: "scaling-resumed", service: 0 })).toBe(true);
    }));
});

describe("a load balancer", () => {
  test("is late with rules at one address, and loses the health checks of a target", () =>
    quietly(async ({ cloud, happens, sleep }) => {
      await happens({ what: "address-slow", address: 0, lateMs: 60_000, forMs: 1_000 });
      await happens({ what: "rule-added", listener: 0, where: "first", to: "page", path: "/*" });
      await happens({ what: "target-unhealthy", target: 1, forMs: 20_000 });
      await sleep(15_000);
      const applied = () => Object.values(listenersOf(stateOf(cloud))[0]!.inForce).map(({ length }) => length);
      expect(applied()).toEqual([1, 2]);
      expect(health(cloud)).toContain("unhealthy");
      await sleep(60_000);
      expect(applied()).toEqual([2, 2]);
    }));
});

describe("a database", () => {
  test("crashes, is worked on, backs itself up, and fills up", () =>
    quietly(async ({ cloud, happens, sleep }) => {
      const statuses: string[] = [];
      const status = () => statuses.push(database(cloud).DBInstanceStatus);
      await happens({ what: "database-crashes" });
      expect(cloud.world.log.after().at(-1)).toMatchObject({ kind: "database", reason: "the database crashed" });
      await sleep(61_000);
      await happens({ what: "database-busy", status: "maintenance", forMs: 30_000, cutsOff: true });
      expect(await happens({ what: "backup-begins" })).toBe(false);
      status();
      await sleep(31_000);
      await happens({ what: "backup-begins" });
      status();
      await sleep(31_000);
      await happens({ what: "storage-full", forMs: 60_000 });
      status();
      await sleep(61_000);
      status();
      expect(statuses).toEqual(["maintenance", "backing-up", "storage-full", "available"]);
    }));

  test("has snapshots that stand still, fail, are deleted, or cannot be restored", () =>
    quietly(async ({ cloud, happens, sleep }) => {
      await snapshot(cloud, "slow");
      await sleep(2_500);
      await happens({ what: "snapshots-stall", forMs: 600_000 });
      await sleep(590_000);
      expect(snapshots(cloud)).toEqual([expect.stringMatching(/^creating (49|50)$/)]);
      await sleep(13_500);
      expect(snapshots(cloud)).toEqual(["available 100"]);
      await happens({ what: "next-snapshot-fails" });
      await snapshot(cloud, "bad");
      await sleep(10_000);
      expect(snapshots(cloud)).toEqual(["available 100", "failed 0"]);
      await happens({ what: "restore-fails" });
      await othersOf(cloud).rds.send(
        new RestoreDBInstanceFromDBSnapshotCommand({ DBInstanceIdentifier: "other", DBSnapshotIdentifier: "slow" }),
      );
      await sleep(600_000);
      expect(stateOf(cloud).rds.instances.at(-1)).toMatchObject({ DBInstanceStatus: "failed" });
      expect(await happens({ what: "snapshot-deleted", nth: 0 })).toBe(true);
      expect(snapshots(cloud)).toEqual(["failed 0"]);
    }));
});

test("whatever happens one after another, nothing of the simulation breaks", { timeout: 30_000 }, () =>
  quietly(
    async ({ happens, sleep }) => {
      for (const disturbance of fc.sample(anyCloudDisturbance(), { numRuns: 60, seed: 7 })) {
        await happens(disturbance);
        await sleep(5_000);
      }
    },
    { neighbour: true, worker: true },
  ),
);
