import { describe, expect, it } from "vitest";
import type { Before } from "../../../src/procedures/before.ts";
import { type RestoringWorld, SNAPSHOT, settingsOf, withSnapshot } from "./restoring-run.ts";

const ASIDE = "noticeboard-db-before-3f9a2c-g2";
const instance = (identifier: string) => ({ kind: "instance" as const, identifier });

/** RDS cannot restore, once. */
function breakNextRestore({ cloud: { databases } }: RestoringWorld): void {
  const { restore } = databases;
  databases.restore = async () => {
    databases.restore = restore;
    throw new Error("the snapshot's storage cannot be read");
  };
}
const changesOf = async ({ events }: RestoringWorld) =>
  (await events()).flatMap((event) => (event.type === "mutation" ? [event.mutation.operation] : []));

describe("a restore that RDS fails", () => {
  it(
    "ends with the present data put aside, and is made anew by whoever lets it go on",
    withSnapshot(async (world) => {
      const { aws, texts, address, before } = world;
      breakNextRestore(world);
      await expect(world.restore()).rejects.toMatchObject({
        code: "restore-failed",
        message: expect.stringContaining("noticeboard-db to become available, found failed"),
        hint: expect.stringContaining("The snapshot and the data as it was are untouched"),
      });
      const aside = await aws.rds.database(instance(ASIDE));
      expect(aside?.settings.resourceId).toBe(before.database!.settings.resourceId);

      const { restored } = await world.restore();
      expect(settingsOf(restored)).toEqual([]);
      expect(texts(address)).toEqual(["kept"]);
      expect((await changesOf(world)).filter((operation) => operation.startsWith("Delete"))).toEqual([
        "DeleteDBInstance",
      ]);
    }),
  );

  it(
    "is undone from the journal alone: the present data has its name and its clients again",
    withSnapshot(async (world) => {
      const { aws, texts, address, before, until, is } = world;
      breakNextRestore(world);
      await expect(world.restore()).rejects.toThrow();
      expect(await world.undo("rename-back")).toEqual([
        expect.stringContaining("not undone, another instance has the name noticeboard-db"),
      ]);
      expect(await world.undo("delete-restored")).toEqual([]);
      await until(() => is("noticeboard-db", "gone"));
      expect(await world.undo("rename-back")).toEqual([]);
      await until(() => is("noticeboard-db", "available"));
      expect(await world.undo("unfence")).toEqual([]);
      await until(() => is("noticeboard-db", "available"));
      const back = (await aws.rds.database(instance("noticeboard-db")))!;
      expect(back.settings).toEqual(before.database!.settings);
      await world.clock.sleep(200_000);
      expect(texts(address)).toEqual(["kept", "later"]);
    }),
  );
});

describe("the undo of a restore", () => {
  it(
    "never deletes a database that nodes may have run on, nor gives its name away",
    withSnapshot(async (world) => {
      await world.restore();
      expect(await world.undo("delete-restored", "rename-back")).toEqual([
        expect.stringContaining("not undone, nodes may have run on RDS instance noticeboard-db"),
        expect.stringContaining("not undone, another instance has the name noticeboard-db"),
      ]);
      expect(world.texts(world.address)).toEqual(["kept"]);
      expect(await world.undo("unfence")).toEqual([]);
      await world.until(() => world.is(ASIDE, "available"));
      const aside = (await world.aws.rds.database(instance(ASIDE)))!;
      await world.clock.sleep(200_000);
      expect(world.texts(aside.addresses[0]!)).toEqual(["kept", "later"]);
    }),
  );
});

describe("touches nothing where", () => {
  const refused = (
    code: string,
    arrange: (world: RestoringWorld) => Promise<unknown>,
    from?: (before: Before) => Before,
  ) =>
    withSnapshot(async (world) => {
      await arrange(world);
      const given = from ? { from: from(world.before) } : {};
      await expect(world.restore(given)).rejects.toMatchObject({ code });
      expect(await changesOf(world)).toEqual([]);
      const present = (await world.aws.rds.database(instance("noticeboard-db")))!;
      expect(present.securityGroups).toEqual([{ id: "sg-0default", status: "active" }]);
    });

  it(
    "the snapshot is gone",
    refused("snapshot-gone", ({ aws }) => aws.rds.deleteSnapshot(instance(SNAPSHOT))),
  );
  it(
    "somebody has the name that the present database is put aside by",
    refused("name-taken", async ({ client, until, is }) => {
      await client.createDBInstance({
        DBInstanceIdentifier: ASIDE,
        Engine: "postgres",
        DBInstanceClass: "db.t4g.medium",
        AllocatedStorage: 20,
        MasterUsername: "somebody",
        MasterUserPassword: "else-entirely",
      });
      await until(() => is(ASIDE, "available"));
    }),
  );
  it(
    "another database has taken the present one's place",
    refused(
      "another-database",
      async () => {},
      (before) => ({
        ...before,
        database: { ...before.database!, settings: { ...before.database!.settings, resourceId: "db-another" } },
      }),
    ),
  );
});

it(
  "lists what the restored database has not, and what people must know of it",
  withSnapshot(async (world) => {
    const database = world.before.database!;
    const role = { RoleArn: "arn:aws:iam::111122223333:role/import", FeatureName: "s3Import" };
    const secret = "arn:aws:secretsmanager:us-east-1:111122223333:secret:rds!db-1-AbCdEf";
    const own = { ...database.settings.own, AssociatedRoles: [role], MasterUserSecret: secret };
    const from = {
      ...world.before,
      database: {
        ...database,
        managedSecret: secret,
        replicas: ["noticeboard-replica"],
        pendingSettings: ["DBInstanceClass"],
        settings: { ...database.settings, own },
      },
    };
    const { restored } = await world.restore({ from });
    expect(settingsOf(restored)).toEqual([
      { what: "AssociatedRoles", before: JSON.stringify(role, ["FeatureName", "RoleArn"]), now: "none" },
      { what: "MasterUserSecret", before: secret, now: "none" },
    ]);
    for (const words of [secret, "noticeboard-replica", "DBInstanceClass"])
      expect(restored.tell.join("\n")).toContain(words);
  }),
);
