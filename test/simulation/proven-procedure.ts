import { expect } from "vitest";
import type { OperationEvent } from "../../src/operations/event.ts";
import { timeline } from "./timeline.ts";

type Run = {
  cloud: { bugs: unknown[] };
  events: OperationEvent[];
  violations: unknown[];
};

/** The timeline is as the golden file has it, without the checks that passed, the checker finds nothing wrong, and the sandbox had no bug. */
export async function expectProven(name: string, { cloud, events, violations }: Run): Promise<void> {
  const shown = events.filter((event) => event.type !== "check" || event.check.outcome !== "passed");
  // Where nothing runs nothing is scheduled, and virtual time would stand still while the file is read.
  const pulse = setInterval(() => {}, 60_000);
  await expect(timeline(shown)).toMatchFileSnapshot(`../golden/procedures/${name}.timeline.txt`);
  clearInterval(pulse);
  expect(cloud.bugs).toEqual([]);
  expect(violations).toEqual([]);
}
