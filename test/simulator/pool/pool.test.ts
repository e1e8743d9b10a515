import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { scenarioWith } from "../fakes/scenarios.ts";
import { createPool, type Pool, type PoolOptions } from "./pool.ts";

const workerFile = join(import.meta.dirname, "../fakes/worker.ts");
const DIES = 1;
const NEVER_ANSWERS = 2;
const THROWS = 3;

let pool: Pool | undefined;
afterEach(() => pool?.close());
function runAll(seeds: number[], options: Partial<PoolOptions> = {}) {
  pool = createPool({ workers: 2, workerFile, ...options });
  return Promise.all(seeds.map((seed) => pool!.run(scenarioWith({ seed }))));
}

test("runs histories in as many processes as there are workers, and gives each its own result", async () => {
  const results = await runAll([11, 12, 13, 14, 15], { env: { INTERMISSION_PLANT: "no-undo" } });
  expect(results.map(({ scenario }) => scenario.seed)).toEqual([11, 12, 13, 14, 15]);
  const processes = new Set(results.map(({ status }) => status));
  expect(processes.size).toBeLessThanOrEqual(2);
  expect(processes).not.toContain(`${process.pid}`);
  expect(results[0]).toMatchObject({ timeline: "no-undo" });
});

test("makes a hang of a history whose process dies or throws, says why, and the others go on", async () => {
  const [died, ran, threw, ranToo] = await runAll([DIES, 11, THROWS, 12], { workers: 1 });
  expect(died).toMatchObject({
    status: "unanswered",
    scenario: { seed: DIES },
    hangs: [expect.stringContaining("it ended with SIGKILL: out of memory")],
  });
  expect(threw!.hangs).toEqual([expect.stringContaining("a bug of the simulator")]);
  expect([ran!.hangs, ranToo!.hangs]).toEqual([[], []]);
  expect(ran!.status).not.toBe(ranToo!.status);
});

test("makes a hang of a history that does not answer in time", async () => {
  const [silent] = await runAll([NEVER_ANSWERS], { patienceMs: 400 });
  expect(silent!.hangs).toEqual(["expected the worker process to answer within 0.4 s, found no answer"]);
});

test("starts another process after so many histories, so that nothing adds up in one", async () => {
  const results = await runAll([11, 12, 13], { workers: 1, historiesPerWorker: 2 });
  const [first, second, third] = results.map(({ status }) => status);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});
