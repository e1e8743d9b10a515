import { describe, expect, test } from "vitest";
import { copyOfState } from "../../src/sandbox/cloud/copy-of-state.ts";
import { createEventLog } from "../../src/sandbox/cloud/event-log.ts";
import { createStaleReads, type Staleness } from "../../src/sandbox/cloud/stale-reads.ts";
import { createIds } from "../../src/sandbox/cloud/world.ts";

const NOBODY = { accessKeyId: "nobody", region: "", service: "" };

/** A service that holds a number, which changes at the moments that are said. */
async function read(
  staleness: Omit<Staleness, "service">,
  [...moments]: number[],
  { from = 0, read: reads = [] as number[] },
) {
  let nowMs = 0;
  const clock = { now: () => nowMs, sleep: async () => {} };
  const log = createEventLog(clock);
  const state = { changes: 0 };
  const stale = createStaleReads({ clock, log, ids: createIds(1) });
  const handlersOf = (held: typeof state) => {
    const answer = (_input: object, _identity: object) => held.changes;
    return { DescribeTasks: answer, StopTask: answer };
  };
  const { DescribeTasks, StopTask } = stale.over("ECS", handlersOf(state), () => {
    const then = copyOfState(state, []);
    return () => handlersOf(then);
  });
  const seen: unknown[] = [];
  let end = () => {};
  for (nowMs = 0; nowMs <= 100; nowMs += 1) {
    if (nowMs === from) end = stale.begin({ ...staleness, service: "ECS" });
    if (moments.includes(nowMs)) {
      state.changes += 1;
      log.append({ kind: "execution", executionArn: "it changed", status: "RUNNING" });
    }
    await Promise.resolve();
    if (reads.includes(nowMs)) seen.push(DescribeTasks({}, NOBODY));
  }
  expect(StopTask({}, NOBODY)).toBe(moments.length);
  end();
  expect(DescribeTasks({}, NOBODY)).toBe(moments.length);
  return seen;
}

describe("reads that lag", () => {
  test("answer what was so then, and never what was so before they began to", async () => {
    const late = { lagMs: 10, order: "late" } as const;
    expect(await read(late, [5, 30, 35], { from: 20, read: [19, 20, 29, 31, 39, 40, 44, 45, 60] })).toEqual([
      ...[1, 1, 1, 1, 1, 2, 2, 3, 3],
    ]);
  });
  test("may answer something older after something newer", async () => {
    const flapping = { lagMs: 20, order: "flapping" } as const;
    const moments = Array.from({ length: 90 }, (_, index) => index + 1);
    const seen = (await read(flapping, moments, { read: moments.slice(30) })) as number[];
    expect(seen.some((each, index) => index > 0 && each < seen[index - 1]!)).toBe(true);
    expect(seen.every((each, index) => each <= index + 31 && each >= index + 31 - 20)).toBe(true);
  });
});

test("a copy of a state keeps what refers to what, and shares what lives", () => {
  const live = { handler: () => 1 };
  const task = { name: "a", service: undefined as unknown };
  const service = { tasks: new Map([["a", task]]), all: new Set([task]), live, at: new Date(0) };
  task.service = service;
  const copy = copyOfState(service, [live]);
  task.name = "b";
  service.tasks.clear();
  expect(copy.live).toBe(live);
  expect(copy.tasks.get("a")).toMatchObject({ name: "a" });
  expect(copy.tasks.get("a")!.service).toBe(copy);
  expect([...copy.all][0]).toBe(copy.tasks.get("a"));
});
