import { expect, test } from "vitest";
import type { Aws } from "../../src/aws/aws.ts";
import { measurements } from "../../src/confirm/measurements.ts";
import { noticeboardCloud } from "../simulation/noticeboard-cloud.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { stateOf } from "./cloud-state.ts";
import { measuring, QUICK, runConfirm } from "./run-confirm.ts";

const MUTATIONS = new Set([
  "createRule",
  "deleteRule",
  "setPriorities",
  "setDeregistrationDelay",
  "registerTarget",
  "updateService",
  "stopTask",
  "createSnapshot",
  "modifyDatabase",
]);

/** The same adapters, told of each call that changes something: before it, and after. */
function watched(aws: Aws, call: <Result>(run: () => Promise<Result>, mutates: boolean) => Promise<Result>): Aws {
  const part = (methods: object) =>
    Object.fromEntries(
      Object.entries(methods).map(([name, method]) => [
        name,
        typeof method === "function" && name !== "newestRevisions"
          ? (...args: unknown[]) =>
              call(() => (method as (...all: unknown[]) => Promise<unknown>)(...args), MUTATIONS.has(name))
          : method,
      ]),
    );
  return Object.fromEntries(Object.entries(aws).map(([name, methods]) => [name, part(methods)])) as Aws;
}

test("puts everything back, whichever change or wait an interruption comes at", { timeout: 60_000 }, () =>
  inVirtualTime(async () => {
    const cloud = await noticeboardCloud(QUICK);
    const before = await stateOf(cloud);
    let interruptions = 0;
    for (const [index, { name }] of measurements.entries()) {
      const interrupt = new AbortController();
      let mutations = 0;
      const aws = watched(cloud.runbook.aws, async (run, mutates) => {
        const answer = await run();
        if (mutates) mutations += 1;
        if (mutates && mutations === 1 + (index % 3)) interrupt.abort();
        return answer;
      });
      const { printed, files } = await runConfirm(cloud, [...measuring(name), "--rounds", "1"], {
        over: { aws, signal: interrupt.signal },
      });
      if (!interrupt.signal.aborted) continue;
      interruptions += 1;
      expect(printed).toContain("verything is as it was before.");
      expect([...files.keys()].filter((path) => path.endsWith(".jsonl"))).toEqual([]);
      expect([name, await stateOf(cloud)]).toEqual([name, before]);
    }
    expect(interruptions).toBeGreaterThan(8);
  }),
);

class Killed extends Error {}

test(
  "puts everything back from the journal after a kill, whether the last change was made or not",
  { timeout: 60_000 },
  () =>
    inVirtualTime(async () => {
      const cloud = await noticeboardCloud(QUICK);
      const before = await stateOf(cloud);
      let kills = 0;
      for (const [index, { name }] of measurements.entries()) {
        const files = new Map<string, string>();
        const dead = new AbortController();
        let mutations = 0;
        const die = () => {
          dead.abort();
          throw new Killed();
        };
        const at = 1 + (index % 3);
        const locks = index % 4 === 0;
        const call = async <Result>(run: () => Promise<Result>, mutates: boolean): Promise<Result> => {
          if (dead.signal.aborted) throw new Killed();
          mutations += mutates ? 1 : 0;
          const now = mutates && mutations === at;
          if (now && index % 2) die();
          const answer = await run();
          return now ? die() : answer;
        };
        // Nothing of a process that is dead reaches AWS or the disk any more.
        const lineFile = (path: string) => ({
          read: () => files.get(path),
          append: (line: string) => void (dead.signal.aborted || files.set(path, `${files.get(path) ?? ""}${line}\n`)),
          remove: () => void (dead.signal.aborted || files.delete(path)),
        });
        const store = new Proxy(cloud.store, {
          get: (target, key) => {
            if (dead.signal.aborted) throw new Killed();
            return Reflect.get(target, key);
          },
        });
        const over = { aws: watched(cloud.runbook.aws, call), lineFile, storeOf: () => store, signal: dead.signal };
        await runConfirm(cloud, [...measuring(name), "--rounds", "1", ...(locks ? ["--table", "t"] : [])], {
          over,
          files,
        });
        const [journal] = [...files.keys()].filter((path) => path.endsWith(".jsonl"));
        if (!dead.signal.aborted || !journal) continue;
        kills += 1;
        expect((await stateOf(cloud)).lock !== undefined).toBe(locks);
        // What is left of a run is put back before anything is measured anew.
        expect(await runConfirm(cloud, measuring(name), { files })).toMatchObject({ code: 2 });
        const back = await runConfirm(cloud, ["--put-back", journal], { files });
        expect([name, back.code, files.has(journal)]).toEqual([name, 0, false]);
        expect([name, await stateOf(cloud)]).toEqual([name, before]);
      }
      expect(kills).toBeGreaterThan(8);
    }),
);
