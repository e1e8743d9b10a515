import { describe, expect, it } from "vitest";
import { type RdsWorld, withCluster, withInstance } from "./rds-world.ts";

const RENAME_MS = 120_000;
const RENAME_DNS_MS = 600_000;
const stale = { renamedNameResolvesStale: true };

const rename = ({ client }: RdsWorld, from: string, to: string) =>
  client.modifyDBInstance({ DBInstanceIdentifier: from, NewDBInstanceIdentifier: to, ApplyImmediately: true });

/** Restores crm-db beside itself, renames it aside and gives the restored one its name. */
async function rollBack(world: RdsWorld) {
  const { client, taken, until, sleep } = world;
  await taken("one");
  await client.restoreDBInstanceFromDBSnapshot({ DBInstanceIdentifier: "restored", DBSnapshotIdentifier: "one" });
  await until("restored", "available");
  await rename(world, "crm-db", "crm-old");
  await sleep(RENAME_MS);
  await rename(world, "restored", "crm-db");
  await sleep(RENAME_MS);
}

describe("a name that another instance took", () => {
  it(
    "still reaches the old data for who cached it, until it resolves to the new holder",
    withInstance(
      async (world) => {
        const { connect, sleep, instance, facts } = world;
        const database = await connect("crm-db");
        database.write("generation", "old");
        await rollBack(world);
        expect((await instance("crm-db")).DBInstanceStatus).toBe("available");
        database.write("generation", "old, written by who cached the name");
        await sleep(RENAME_DNS_MS - RENAME_MS - 1);
        expect(database.read("generation")).toBe("old, written by who cached the name");
        await sleep(1);
        expect(database.read("generation")).toBe("old");
        const [old] = facts("database").filter(({ identifier }) => identifier === "crm-old");
        expect(facts("database").findLast(({ generation }) => generation === old?.generation)).not.toHaveProperty(
          "otherEndpoints",
        );
      },
      {},
      stale,
    ),
  );

  it(
    "says in the log by which other name the old data is reached",
    withInstance(
      async (world) => {
        const { facts, databases } = world;
        await rollBack(world);
        const reached = facts("database").filter(({ identifier }) => identifier === "crm-old");
        expect(reached.at(-1)?.otherEndpoints).toEqual([`${databases.addressOf("crm-db")}:5432`]);
      },
      {},
      stale,
    ),
  );

  it(
    "reaches nobody in between where nobody cached it",
    withInstance(async (world) => {
      const { connect, sleep } = world;
      const database = await connect("crm-db");
      database.write("generation", "old");
      await rollBack(world);
      expect(() => database.read("generation")).toThrow("ECONNREFUSED");
      await sleep(RENAME_DNS_MS - RENAME_MS);
      expect(database.read("generation")).toBe("old");
    }),
  );
});

describe("a name that nobody took", () => {
  it(
    "is forgotten when the time of a rename's DNS has passed",
    withInstance(
      async (world) => {
        const { connect, sleep } = world;
        const database = await connect("crm-db");
        database.write("notes", "kept");
        await rename(world, "crm-db", "crm-old");
        expect(() => database.read("notes")).toThrow("ECONNREFUSED");
        await sleep(RENAME_MS);
        expect(database.read("notes")).toBe("kept");
        await sleep(RENAME_DNS_MS - RENAME_MS);
        expect(() => database.read("notes")).toThrow("ECONNREFUSED");
        expect((await connect("crm-old")).read("notes")).toBe("kept");
      },
      {},
      stale,
    ),
  );

  it(
    "of a cluster is remembered for its writer and its readers",
    withCluster(
      async ({ client, cluster, at, sleep }) => {
        const { Endpoint, ReaderEndpoint } = await cluster("crm");
        await client.modifyDBCluster({
          DBClusterIdentifier: "crm",
          NewDBClusterIdentifier: "crm-old",
          ApplyImmediately: true,
        });
        await sleep(RENAME_MS);
        for (const address of [Endpoint, ReaderEndpoint]) expect(at(address).read("notes")).toBeUndefined();
        await sleep(RENAME_DNS_MS - RENAME_MS);
        for (const address of [Endpoint, ReaderEndpoint])
          expect(() => at(address).read("notes")).toThrow("ECONNREFUSED");
      },
      {},
      stale,
    ),
  );
});

describe("a name that a restored instance takes at once", () => {
  /** Puts crm-db aside and restores a snapshot under its name. */
  const restoreInPlace = async (world: RdsWorld) => {
    const { client, taken, until, sleep, instance } = world;
    await taken("one");
    const address = (await instance("crm-db")).Endpoint!.Address!;
    const [before] = world.resolve(address);
    await rename(world, "crm-db", "crm-old");
    await sleep(RENAME_MS);
    await client.restoreDBInstanceFromDBSnapshot({ DBInstanceIdentifier: "crm-db", DBSnapshotIdentifier: "one" });
    await until("crm-db", "available");
    return { address, before };
  };

  it(
    "leads to the renamed one until the time of the rename's DNS has passed, and then to the restored one",
    withInstance(
      async (world) => {
        const database = await world.connect("crm-db");
        database.write("generation", "old");
        const { address, before } = await restoreInPlace(world);
        database.write("generation", "new, or so its writer thinks");
        expect(world.resolve(address)).toEqual([before]);
        await world.sleep(RENAME_DNS_MS);
        expect(world.resolve(address)).not.toEqual([before]);
        expect(database.read("generation")).toBe("old");
        const old = (await world.instance("crm-old")).Endpoint!.Address!;
        expect(world.resolve(old)).toEqual([before]);
      },
      {},
      stale,
    ),
  );

  it(
    "leads to the restored one as soon as that is there, where nobody cached it",
    withInstance(async (world) => {
      const { address, before } = await restoreInPlace(world);
      expect(world.resolve(address)).toHaveLength(1);
      expect(world.resolve(address)).not.toEqual([before]);
    }),
  );
});
