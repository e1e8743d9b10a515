import { expect, test } from "vitest";
import { createRds } from "../../src/aws/rds.ts";
import { withInstance } from "../sandbox/rds/rds-world.ts";

const of = { kind: "instance" as const, identifier: "crm-db" };
const snapshot = { of, identifier: "intermission-op-1", tags: { "intermission:operation": "op-1" } };

test(
  "requesting a snapshot again is success, while the instance still backs up and when it is there",
  withInstance(async ({ client, instance, facts, sleep }) => {
    const rds = createRds(client);
    await rds.createSnapshot(snapshot);
    expect((await instance("crm-db")).DBInstanceStatus).toBe("backing-up");
    await rds.createSnapshot(snapshot);
    await sleep(3_600_000);
    await rds.createSnapshot(snapshot);
    expect(facts("snapshot").filter(({ status }) => status === "available")).toHaveLength(1);
  }),
);

test(
  "an instance that cannot be snapshotted for another reason is asked again later, and a snapshot of another instance is an error",
  withInstance(async ({ client, made, sleep }) => {
    const rds = createRds(client);
    await made("other-db");
    await rds.createSnapshot({ ...snapshot, identifier: "somebody-elses" });
    expect(await rds.createSnapshot(snapshot)).toBe(false);
    await sleep(3_600_000);
    await expect(
      rds.createSnapshot({ ...snapshot, of: { ...of, identifier: "other-db" }, identifier: "somebody-elses" }),
    ).rejects.toThrow("somebody-elses");
  }),
);

test(
  "finds a database by its resource id under whatever name, and none without an id",
  withInstance(async ({ client, sleep }) => {
    const rds = createRds(client);
    const { settings } = (await rds.database(of))!;
    await client.modifyDBInstance({
      DBInstanceIdentifier: "crm-db",
      NewDBInstanceIdentifier: "crm-old",
      ApplyImmediately: true,
    });
    await sleep(600_000);
    const found = await rds.databaseWithId({ kind: "instance", resourceId: settings.resourceId });
    expect(found?.identifier).toBe("crm-old");
    expect(await rds.database(of)).toBeUndefined();
    expect(await rds.databaseWithId({ kind: "instance", resourceId: "" })).toBeUndefined();
    expect(await rds.databaseWithId({ kind: "cluster", resourceId: settings.resourceId })).toBeUndefined();
  }),
);
