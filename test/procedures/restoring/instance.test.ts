import { describe, expect, it } from "vitest";
import type { WorkflowJournal } from "../../../src/engine/in-memory-workflow.ts";
import { restoreMutations, restoreWaits } from "../../../src/procedures/restore-database.ts";
import { OPERATION, polledFor, SNAPSHOT, settingsOf, told, withSnapshot } from "./restoring-run.ts";

const ASIDE = "noticeboard-db-before-3f9a2c-g2";

/** Settings that are no defaults of a restore, of every way in which it gets them. */
const SEED = `
databases:
  noticeboard-db: { multiAz: true, securityGroups: [sg-data], backupWindow: "21:00-21:30", maintenanceWindow: "sun:04:00-sun:04:30", deletionProtection: true, kmsKey: "arn:aws:kms:us-east-1:111122223333:key/1" }
`;

describe("a restore that takes the present database's name", () => {
  it(
    "puts the snapshot's rows behind the old address, and keeps the present ones behind a fence",
    withSnapshot(
      async (world) => {
        const { aws, address, texts, before, target, events } = world;
        const { database, revisions, restored } = await world.restore();
        expect(revisions).toBeUndefined();
        expect(restored).toMatchObject({ snapshot: SNAPSHOT, database: "noticeboard-db", address, aside: ASIDE });
        expect(settingsOf(restored)).toEqual([]);
        expect(texts(address)).toEqual(["kept"]);
        expect(database.settings.resourceId).not.toBe(before.database!.settings.resourceId);
        const aside = (await aws.rds.database({ kind: "instance", identifier: ASIDE }))!;
        expect(aside.settings.resourceId).toBe(before.database!.settings.resourceId);
        expect(aside.securityGroups).toEqual([{ id: "sg-fence", status: "active" }]);
        expect(() => texts(aside.addresses[0]!)).toThrow("ECONNREFUSED");

        const options = { operationId: OPERATION, snapshot: SNAPSHOT, mode: "rename" as const, generation: 2 };
        const made = (await events()).flatMap((event) => (event.type === "mutation" ? [event.mutation] : []));
        expect(made).toEqual(restoreMutations(target, before, options));
        await expect(told(await events(), restored)).toMatchFileSnapshot("golden/rename.txt");
      },
      { seed: SEED },
    ),
  );

  it(
    "takes a restored database aside too, whether or not it is told that the first restore was done",
    withSnapshot(async (world) => {
      const { aws, address, texts, before } = world;
      const first = await world.restore();
      const second = await world.restore({ generation: 3 });
      expect(second.restored).toMatchObject({ database: "noticeboard-db", aside: "noticeboard-db-before-3f9a2c-g3" });
      expect(texts(address)).toEqual(["kept"]);
      const idOf = async (identifier: string) =>
        (await aws.rds.database({ kind: "instance", identifier }))?.settings.resourceId;
      expect(await idOf(ASIDE)).toBe(before.database!.settings.resourceId);
      expect(await idOf("noticeboard-db-before-3f9a2c-g3")).toBe(first.database.settings.resourceId);
    }),
  );

  it(
    "waits for what the plan says, and for nothing else",
    withSnapshot(async ({ restore, target, before }) => {
      const journal: WorkflowJournal = new Map();
      await restore({ journal });
      const waits = restoreWaits(target, before, { operationId: OPERATION, mode: "rename", generation: 2 });
      expect(waits.map(({ phase, until }) => `${phase}/${until}`)).toEqual(polledFor(journal));
    }),
  );

  it(
    "goes on only once the name leads there, for those too who had cached it",
    withSnapshot(
      async ({ restore, texts, address, events, clock }) => {
        const seen: (string[] | undefined)[] = [];
        let over = false;
        void (async () => {
          for (; !over; await clock.sleep(5_000))
            try {
              seen.push(texts(address));
            } catch {
              seen.push(undefined);
            }
        })();
        await restore();
        over = true;
        expect(texts(address)).toEqual(["kept"]);
        const says = (await events()).flatMap((event) => (event.type === "progress" ? [event.message] : []));
        expect(says).toContainEqual(expect.stringContaining(`${address} still leads to 10.32.`));
        // Behind its fence nobody reached the old data by the cached name, neither.
        expect(seen.slice(seen.indexOf(undefined)).every((texts) => texts === undefined || texts.length === 1)).toBe(
          true,
        );
      },
      { switches: { renamedNameResolvesStale: true } },
    ),
  );

  it(
    "keeps out who still has the old address from the moment that it is fenced",
    withSnapshot(async ({ restore, at, address, aws, clock, cloud, texts }) => {
      const old = at(address);
      let over = false;
      const tries: boolean[] = [];
      void (async () => {
        for (; !over; await clock.sleep(1_000))
          try {
            // Whoever answers under the name while the present database has it.
            const present = await aws.rds.database({ kind: "instance", identifier: ASIDE });
            if (present?.status === "available") return;
            old.write("intruder", true);
            tries.push(true);
          } catch {
            tries.push(false);
          }
      })();
      await restore();
      over = true;
      expect(tries.lastIndexOf(true)).toBeLessThan(tries.indexOf(false));
      expect(texts(address)).toEqual(["kept"]);
      expect(at(address).read("intruder")).toBeUndefined();
      expect(cloud.bugs).toEqual([]);
    }),
  );
});
