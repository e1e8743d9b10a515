import { describe, expect, it } from "vitest";
import type { RestoreMode } from "../../../src/operations/operation.ts";
import { onAurora } from "../../simulation/database-seeds.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { restoringWorld, settingsOf } from "./restoring-run.ts";

type Case = { mode: RestoreMode; seed?: string; takeOver: boolean };

/** A restore whose runbook dies at the `nth` chance: before a step, after its effect, or once it is remembered. */
const restoreDyingAt = (nth: number, { mode, seed, takeOver }: Case) =>
  inVirtualTime(async () => {
    const world = await restoringWorld({ seed, switches: { renamedNameResolvesStale: true } });
    let chances = 0;
    const crash = () => {
      chances += 1;
      if (chances === nth) throw new Error("the worker was killed");
    };
    const data = await world.restore({ mode, takeOver, crash });
    const { aws, before, texts, cloud } = world;
    const { kind, identifier, settings } = before.database!;
    const old = (await aws.rds.database({ kind, identifier: data.restored.aside! }))!;
    const calls = cloud.world.log
      .after()
      .flatMap((event) => (event.kind === "call" && event.outcome === "ok" ? [event.operation] : []));
    return {
      chances,
      seen: {
        rows: texts(data.restored.address),
        different: settingsOf(data.restored),
        database: data.database.identifier === identifier,
        members: data.database.members.length,
        keptIsPresent: old.settings.resourceId === settings.resourceId,
        keptGroups: old.securityGroups.map(({ id }) => id),
        restores: calls.filter((call) => /^Restore/.test(call)).length,
        deletions: calls.filter((call) => /^Delete/.test(call)).length,
        revisions: calls.filter((call) => call === "RegisterTaskDefinition").length,
      },
    };
  });

/** Spread over all chances: each is a whole restore. */
const DEATHS = 6;

const cases: [string, Case][] = [
  ["an instance, by rename, remembered by the engine", { mode: "rename", takeOver: false }],
  ["an instance, by rename, by a run that knows nothing", { mode: "rename", takeOver: true }],
  ["an instance, by repoint, by a run that knows nothing", { mode: "repoint", takeOver: true }],
  ["a cluster, by rename, by a run that knows nothing", { mode: "rename", takeOver: true, seed: onAurora() }],
];

describe("the runbook may die anywhere, and the restore goes on from what there is", () => {
  it.each(cases)("%s", { timeout: 240_000 }, async (_, given) => {
    const undisturbed = await restoreDyingAt(0, given);
    expect(undisturbed.seen).toMatchObject({
      rows: ["kept"],
      keptIsPresent: true,
      keptGroups: ["sg-fence"],
      restores: 1,
    });
    expect(undisturbed.chances).toBeGreaterThan(30);
    const step = Math.ceil(undisturbed.chances / DEATHS);
    for (let nth = 1; nth <= undisturbed.chances; nth += step) {
      const { seen } = await restoreDyingAt(nth, given);
      expect({ nth, ...seen }).toEqual({ nth, ...undisturbed.seen });
    }
  });
});
