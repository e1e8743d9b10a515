import type { RDSClient } from "@aws-sdk/client-rds";
import { expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { parseSeed, SeedError } from "../../../src/sandbox/seed/load-seed.ts";
import { seedDatabases } from "../../../src/sandbox/seed/seed-databases.ts";
import { inRds, type RdsWorld } from "../rds/rds-world.ts";

const QUICK = { instanceMs: 500, clusterMs: 500 };

const read = (databases: string) =>
  parseSeed(`databases:\n${databases}`, { fileName: "sandbox.yml", directory: "/tmp" });

const seeded = async ({ client }: RdsWorld, databases: string) =>
  seedDatabases(await read(databases), {
    clients: { rds: client as RDSClient },
    waiting: { clock: systemClock, timeoutMs: 1_200_000 },
    failureOf: () => undefined,
  });

test(
  "an instance has what the seed says, and what its placeholders stand for reaches it",
  inRds(async (world) => {
    const values = await seeded(
      world,
      `  crm-db: { securityGroups: [sg-crm], backupWindow: "03:00-03:30", backupRetentionDays: 7, maintenanceWindow: "sun:04:00-sun:04:30", multiAz: true, kmsKey: crm }`,
    );
    expect(await world.instance("crm-db")).toMatchObject({
      VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-crm" }],
      PreferredBackupWindow: "03:00-03:30",
      BackupRetentionPeriod: 7,
      PreferredMaintenanceWindow: "sun:04:00-sun:04:30",
      MultiAZ: true,
      KmsKeyId: "crm",
    });
    const { address, url } = values["crm-db"]!;
    expect(url).toBe(`postgres://postgres:sandbox-password@${address}:5432/app`);
    world.at(address).write("notes", "kept");
  }, QUICK),
);

test(
  "an instance without a backup window is never backing up by itself",
  inRds(async (world) => {
    await seeded(world, "  crm-db: {}");
    await world.sleep(48 * 3_600_000);
    expect(world.facts("snapshot")).toEqual([]);
  }, QUICK),
);

test(
  "a fenced instance is there and refuses connections",
  inRds(async (world) => {
    const { "crm-db": crm } = await seeded(world, "  crm-db: { securityGroups: [sg-fence] }");
    expect(() => world.at(crm!.address).read("notes")).toThrow("ECONNREFUSED");
  }, QUICK),
);

test(
  "clusters come with their members, replicas and proxies after what they are of",
  inRds(async (world) => {
    const values = await seeded(
      world,
      `
  crm-proxy: { kind: proxy, of: crm }
  crm-replica: { kind: replica, of: crm-db }
  crm: { kind: aurora, members: { crm-1: {}, crm-2: { promotionTier: 0, class: db.r6g.xlarge } } }
  multi: { kind: multi-az-cluster }
  crm-db: {}`,
    );
    const { DBClusterMembers } = await world.cluster("crm");
    expect(DBClusterMembers).toMatchObject([
      { DBInstanceIdentifier: "crm-1", IsClusterWriter: true },
      { DBInstanceIdentifier: "crm-2", IsClusterWriter: false, PromotionTier: 0 },
    ]);
    expect((await world.cluster("multi")).DBClusterMembers).toHaveLength(3);
    expect((await world.instance("crm-replica")).ReadReplicaSourceDBInstanceIdentifier).toBe("crm-db");
    world.at(values.crm!.address).write("notes", "of the cluster");
    expect(world.at(values["crm-proxy"]!.address).read("notes")).toBe("of the cluster");
    for (const { address } of Object.values(values)) world.at(address).read("notes");
  }, QUICK),
);

test("replicas of what is no instance, proxies of nothing and wrong groups are named with their paths", async () => {
  const wrong = read(`
  crm: { kind: aurora, members: { crm-1: { promotionTier: 16 } } }
  crm-db: { securityGroups: [crm] }
  replica: { kind: replica, of: crm }
  proxy: { kind: proxy, of: crm-bd }
  odd: { kind: mysql }`);
  await expect(wrong).rejects.toThrow(SeedError);
  const { problems } = (await wrong.catch((error: unknown) => error)) as SeedError;
  expect(problems).toEqual([
    expect.stringMatching(/^databases\.crm\.members\.crm-1\.promotionTier: expected at most 15/),
    expect.stringMatching(/^databases\.crm-db\.securityGroups\[0\]: expected the id of a security group/),
    expect.stringMatching(/^databases\.odd\.kind: /),
    expect.stringMatching(/^databases\.replica\.of: .*found "crm"/),
    expect.stringMatching(/^databases\.proxy\.of: .*found "crm-bd"/),
  ]);
});
