import { describe, expect, test } from "vitest";
import { changeInput, restoreInstanceInput } from "../../src/aws/rds-restore-inputs.ts";
import { settingsOfCluster, settingsOfInstance } from "../../src/aws/rds-settings.ts";

const restored = (instance: object) =>
  restoreInstanceInput({ identifier: "crm-db", snapshot: "one", settings: settingsOfInstance(instance), tags: {} });

describe("what a restore is given", () => {
  test.each([
    ["gp3 below 400 GiB", { Engine: "postgres", AllocatedStorage: 399 }, undefined],
    ["gp3 from 400 GiB on", { Engine: "postgres", AllocatedStorage: 400 }, 12_000],
    ["gp3 of Oracle from 200 GiB on", { Engine: "oracle-ee", AllocatedStorage: 200 }, 12_000],
    ["io2 of any size", { Engine: "postgres", AllocatedStorage: 100, StorageType: "io2" }, 12_000],
  ])("has provisioned IOPS only where RDS takes them: %s", (_, instance, iops) => {
    const input = restored({ StorageType: "gp3", Iops: 12_000, StorageThroughput: 500, ...instance });
    expect(input.Iops).toBe(iops);
    expect(input.StorageThroughput).toBe(iops && 500);
  });

  test("has no zone where there are two of them", () => {
    expect(restored({ AvailabilityZone: "eu-central-1a", MultiAZ: false }).AvailabilityZone).toBe("eu-central-1a");
    expect(restored({ AvailabilityZone: "eu-central-1a", MultiAZ: true }).AvailabilityZone).toBeUndefined();
  });

  test("has no tags of AWS's own, nor those by which an earlier operation knew its own", () => {
    const tags = ["team", "aws:cloudformation:stack-name", "intermission:operation"].map((Key) => ({
      Key,
      Value: "x",
    }));
    expect(restored({ TagList: tags }).Tags).toEqual([{ Key: "team", Value: "x" }]);
  });
});

describe("what it cannot be given", () => {
  const changed = (instance: object) =>
    changeInput({ kind: "instance", identifier: "crm-db" }, settingsOfInstance(instance));

  test("is changed afterwards, at once", () => {
    expect(
      changed({
        PreferredMaintenanceWindow: "sun:03:00-sun:03:30",
        MonitoringInterval: 60,
        MonitoringRoleArn: "arn:aws:iam::1:role/monitoring",
        PerformanceInsightsEnabled: true,
        DatabaseInsightsMode: "advanced",
        MaxAllocatedStorage: 200,
        DeletionProtection: true,
      }),
    ).toEqual({
      DBInstanceIdentifier: "crm-db",
      PreferredMaintenanceWindow: "sun:03:00-sun:03:30",
      MonitoringInterval: 60,
      MonitoringRoleArn: "arn:aws:iam::1:role/monitoring",
      EnablePerformanceInsights: true,
      DatabaseInsightsMode: "advanced",
      MaxAllocatedStorage: 200,
      DeletionProtection: true,
      ApplyImmediately: true,
    });
  });

  test("is nothing where all of that is off", () => {
    expect(
      changed({ MonitoringInterval: 0, PerformanceInsightsEnabled: false, DeletionProtection: false }),
    ).toBeUndefined();
  });
});

test("lists a cluster's writer first, whatever its tier, and then readers by theirs", () => {
  const member = (DBInstanceIdentifier: string, PromotionTier: number, IsClusterWriter = false) => ({
    DBInstanceIdentifier,
    PromotionTier,
    IsClusterWriter,
  });
  const members = [member("last", 15), member("writer", 5, true), member("first", 0)];
  const { members: sorted } = settingsOfCluster({ DBClusterMembers: members }, members);
  expect(sorted.map(({ identifier }) => identifier)).toEqual(["writer", "first", "last"]);
});
