import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { Crash, inMemoryWorkflow, type WorkflowJournal } from "../../src/engine/in-memory-workflow.ts";
import type { Workflow } from "../../src/engine/workflow.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { workflowContract } from "./workflow-contract.ts";

workflowContract("memory", () => {
  const journal: WorkflowJournal = new Map();
  let crashing = false;
  const crash = () => {
    if (!crashing) return;
    crashing = false;
    throw new Error("crash");
  };
  return {
    async run<Result>(procedure: (workflow: Workflow) => Promise<Result>) {
      for (;;) {
        const workflow = inMemoryWorkflow({ clock: systemClock, journal, crash });
        try {
          return await Promise.race([procedure(workflow), workflow.crashed]);
        } catch (thrown) {
          if (!(thrown instanceof Crash)) throw thrown;
        }
      }
    },
    crash() {
      crashing = true;
    },
    complete: (callbackId) => inMemoryWorkflow({ clock: systemClock, journal }).completeCallback(callbackId),
  };
});

test("names every point at which a run can crash", async () => {
  const points: string[] = [];
  await inVirtualTime(async () => {
    const workflow = inMemoryWorkflow({ clock: systemClock, crash: (point) => points.push(point) });
    await workflow.scope("part", async (part) => {
      await part.step("act", async () => {});
      await part.step("act", async () => {});
    });
  });
  expect(points).toEqual([
    "before part/act",
    "after part/act",
    "remembered part/act",
    "before part/act#2",
    "after part/act#2",
    "remembered part/act#2",
    "remembered part",
  ]);
});

test("a procedure's own error handling does not see a crash", async () => {
  const seen: unknown[] = [];
  const workflow = inMemoryWorkflow({
    clock: systemClock,
    crash: () => {
      throw new Error("power cut");
    },
  });
  const procedure = workflow.step("act", async () => {}).catch((error: unknown) => seen.push(error));
  await expect(Promise.race([procedure, workflow.crashed])).rejects.toThrow("crashed before act");
  expect(seen).toEqual([]);
});

test("refuses to complete a callback that nobody waits for", () => {
  const workflow = inMemoryWorkflow({ clock: systemClock });
  expect(() => workflow.completeCallback("approval")).toThrow("no callback approval is waiting");
});
