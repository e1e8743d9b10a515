import { expect, it } from "vitest";
import type { WorkflowJournal } from "../../../src/engine/in-memory-workflow.ts";
import { restoreMutations, restoreWaits } from "../../../src/procedures/restore-database.ts";
import { onAurora, onMultiAzCluster } from "../../simulation/database-seeds.ts";
import { OPERATION, polledFor, SNAPSHOT, settingsOf, told, withSnapshot } from "./restoring-run.ts";

const options = { operationId: OPERATION, snapshot: SNAPSHOT, generation: 2 };

it(
  "restores an Aurora cluster with its members under all of their names",
  withSnapshot(
    async (world) => {
      const { aws, address, addresses, texts, before, target, events } = world;
      const journal: WorkflowJournal = new Map();
      const { database, restored } = await world.restore({ journal });
      expect(restored).toMatchObject({
        database: "noticeboard-aurora",
        address,
        aside: "noticeboard-aurora-before-3f9a2c-g2",
      });
      expect(settingsOf(restored)).toEqual([]);
      for (const each of addresses) expect(texts(each)).toEqual(["kept"]);
      expect(database.addresses.toSorted()).toEqual(addresses.toSorted());
      expect(database.members).toMatchObject([
        { identifier: "noticeboard-1", writer: true, status: "available" },
        { identifier: "noticeboard-2", writer: false, status: "available" },
      ]);
      const aside = (await aws.rds.database({ kind: "cluster", identifier: "noticeboard-aurora-before-3f9a2c-g2" }))!;
      expect(aside.settings.resourceId).toBe(before.database!.settings.resourceId);
      expect(aside.members.map(({ identifier }) => identifier)).toEqual([
        "noticeboard-1-before-3f9a2c-g2",
        "noticeboard-2-before-3f9a2c-g2",
      ]);
      for (const each of aside.addresses) expect(() => texts(each)).toThrow("ECONNREFUSED");

      const rename = { ...options, mode: "rename" as const };
      const made = (await events()).flatMap((event) => (event.type === "mutation" ? [event.mutation] : []));
      expect(made).toEqual(restoreMutations(target, before, rename));
      expect(restoreWaits(target, before, rename).map(({ phase, until }) => `${phase}/${until}`)).toEqual(
        polledFor(journal),
      );
      await expect(told(await events(), restored)).toMatchFileSnapshot("golden/aurora.txt");
    },
    {
      seed: onAurora(", securityGroups: [sg-data], deletionProtection: true"),
      switches: { renamedNameResolvesStale: true },
    },
  ),
);

it(
  "leads to a restored Aurora cluster beside the present one",
  withSnapshot(
    async (world) => {
      const { restored, revisions, database } = await world.restore({ mode: "repoint" });
      expect(database.members.map(({ identifier }) => identifier)).toEqual([
        "noticeboard-1-restored-3f9a2c-g2",
        "noticeboard-2-restored-3f9a2c-g2",
      ]);
      const { definition } = await world.aws.ecs.taskDefinition(revisions!.noticeboard!);
      expect(definition.containerDefinitions![0]!.environment![0]!.value).toContain(restored.address);
      expect(world.texts(restored.address)).toEqual(["kept"]);
      expect(() => world.texts(world.address)).toThrow("ECONNREFUSED");
    },
    { seed: onAurora() },
  ),
);

it(
  "leads to a restored Multi-AZ DB cluster, whose instances RDS makes",
  withSnapshot(
    async (world) => {
      const { restored, database } = await world.restore({ mode: "repoint" });
      expect(database.members).toHaveLength(3);
      expect(settingsOf(restored)).toEqual([]);
      expect(world.texts(restored.address)).toEqual(["kept"]);
    },
    { seed: onMultiAzCluster },
  ),
);
