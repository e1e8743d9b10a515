import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { inMemoryWorkflow } from "../../src/engine/in-memory-workflow.ts";
import type { OperationStore } from "../../src/operations/store.ts";
import { createOperationRun, type OperationStart, type World } from "../../src/procedures/operation-run.ts";
import { planned } from "../../src/procedures/planned.ts";
import { inVirtualTime } from "../virtual-time.ts";

const mutation = planned({
  name: "stop/crm",
  phase: "stop",
  call: "ecs:UpdateService",
  resource: "crm",
  summary: "Stop all nodes",
  inverse: "Start them again",
  undo: { kind: "keep", why: "a test" },
  parameters: undefined,
});

/** Runs one mutation in a worker that freezes at `where` in its first attempt; answers when it acted. */
const actedAfterFreezing = (where: "control" | "journal" | "append", frozenMs: number) =>
  inVirtualTime(async () => {
    let freeze = true;
    const freezing = async <Result>(at: string, result: Result): Promise<Result> => {
      if (at === where && freeze) {
        freeze = false;
        await systemClock.sleep(frozenMs);
      }
      return result;
    };
    const store = {
      control: () => freezing("control", { epoch: 1, configuration: {} }),
      journal: (_id: string, entry: { at: string }) => freezing("journal", entry),
      append: () => freezing("append", {}),
    } as unknown as OperationStore;
    const world = { store, clock: systemClock } as World;
    const start = { id: "op-1", epoch: 1 } as OperationStart;
    const op = createOperationRun(world, inMemoryWorkflow({ clock: systemClock }), start);
    const beganAt = systemClock.now();
    const actedAfterMs: number[] = [];
    freeze = false;
    await op.phase("stop", async (run) => {
      freeze = true;
      await run.mutate(mutation, async () => void actedAfterMs.push(systemClock.now() - beganAt));
    });
    return actedAfterMs;
  });

test.each(["control", "journal", "append"] as const)(
  "a worker that was frozen at %s, long after it looked who is in charge, looks again before it acts",
  async (where) => {
    expect(await actedAfterFreezing(where, 30_000)).toEqual([31_000]);
  },
);

test("a store that is merely slow holds nothing up", async () => {
  expect(await actedAfterFreezing("journal", 5_000)).toEqual([5_000]);
});
