import { expect, test } from "vitest";
import type { Phase } from "../../src/operations/operation.ts";
import { disturb } from "./disturb.ts";
import { createMoments } from "./moments.ts";
import type { RunbookWorker } from "./runbook-worker.ts";
import { bases } from "./singles/bases.ts";

/** Which of the calls of some phases, so many in each, meet a fault of three that outlasts its phase. */
async function met({ from, callsInEach }: { from: number; callsInEach: number }): Promise<string[]> {
  const moments = createMoments(async () => {});
  const hits: string[] = [];
  const nobody = () => {
    throw new Error("nobody is asked for");
  };
  const fault = { kind: "call", phase: "stop", outlasts: true, nth: from, count: 3, fault: "reset" } as const;
  const hook = disturb(
    { ...bases.upgrade.scenario, disturbances: [{ ...fault, service: "ECS", operation: "ListTasks" }] },
    {
      ...{ moments, executions: nobody, api: nobody, operation: nobody, onBug: nobody },
      cloud: { faults: { add() {} } } as never,
      onHit: ({ phase, nth }) => hits.push(`${phase} ${nth}`),
    },
  );
  moments.begin();
  for (const phase of ["close", "stop", "open"] satisfies Phase[]) {
    moments.enter(phase);
    for (let times = 0; times < callsInEach; times += 1)
      for (const operation of ["ListTasks", "DescribeTasks"])
        await hook.before({ isAlive: true } as RunbookWorker, "ECS", operation);
  }
  return hits;
}

test("what outlasts its phase begins in it, and meets so many calls of the kind, in the next phases as well", async () => {
  expect(await met({ from: 2, callsInEach: 5 })).toEqual(["stop 2", "stop 3", "stop 4"]);
  expect(await met({ from: 2, callsInEach: 3 })).toEqual(["stop 2", "stop 3", "open 1"]);
  expect(await met({ from: 4, callsInEach: 3 })).toEqual([]);
});
