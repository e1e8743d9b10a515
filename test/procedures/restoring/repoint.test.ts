import { expect, it } from "vitest";
import type { WorkflowJournal } from "../../../src/engine/in-memory-workflow.ts";
import { restoreMutations, restoreWaits } from "../../../src/procedures/restore-database.ts";
import { OPERATION, polledFor, SNAPSHOT, told, withSnapshot } from "./restoring-run.ts";

const RESTORED = "noticeboard-db-restored-3f9a2c-g2";
const options = { operationId: OPERATION, snapshot: SNAPSHOT, mode: "repoint" as const, generation: 2 };

it(
  "leaves the present database its name, behind a fence, and registers the old revision with the restored one's address",
  withSnapshot(async (world) => {
    const { aws, address, texts, before, target, events } = world;
    const journal: WorkflowJournal = new Map();
    const { database, revisions, restored } = await world.restore({ mode: "repoint", journal });
    expect(restored).toMatchObject({ database: RESTORED, address: database.addresses[0], aside: "noticeboard-db" });
    expect(texts(restored.address)).toEqual(["kept"]);
    expect(() => texts(address)).toThrow("ECONNREFUSED");

    const [service] = before.services;
    const old = (await aws.ecs.taskDefinition(service!.taskDefinitionArn)).definition;
    const next = (await aws.ecs.taskDefinition(revisions!.noticeboard!)).definition;
    const url = (definition: typeof old) => definition.containerDefinitions![0]!.environment![0]!.value!;
    expect(url(next)).toBe(url(old).replace(address, restored.address));
    expect(next.containerDefinitions![0]!.image).toBe(old.containerDefinitions![0]!.image);

    const made = (await events()).flatMap((event) => (event.type === "mutation" ? [event.mutation] : []));
    expect(made).toEqual(restoreMutations(target, before, options));
    expect(restoreWaits(target, before, options).map(({ phase, until }) => `${phase}/${until}`)).toEqual(
      polledFor(journal),
    );
    await expect(told(await events(), restored)).toMatchFileSnapshot("golden/repoint.txt");
  }),
);

it(
  "a further restore leads the same old revision to the newest database",
  withSnapshot(async (world) => {
    const first = await world.restore({ mode: "repoint" });
    const second = await world.restore({
      mode: "repoint",
      generation: 3,
      from: { ...world.before, database: first.database },
    });
    expect(second.restored).toMatchObject({ database: "noticeboard-db-restored-3f9a2c-g3", aside: RESTORED });
    const { definition } = await world.aws.ecs.taskDefinition(second.revisions!.noticeboard!);
    expect(definition.containerDefinitions![0]!.environment![0]!.value).toContain(second.restored.address);
    expect(world.texts(second.restored.address)).toEqual(["kept"]);
  }),
);
