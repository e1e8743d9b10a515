import { expect, test } from "vitest";
import { createInvocations } from "../../src/engine/invocations.ts";

function atTime(start = 0) {
  let nowMs = start;
  const invocations = createInvocations({ longestPauseMs: 8_000, now: () => nowMs });
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { ...invocations, pass };
}

test("what runs may act as long as its process was not stopped", () => {
  const { run, mayAct, pass } = atTime();
  run(() => {
    pass(7_999);
    expect(mayAct()).toBe(true);
    pass(8_001);
    expect(mayAct()).toBe(false);
    expect(mayAct()).toBe(false);
  });
  expect(run(mayAct)).toBe(true);
});

test("what an earlier invocation left running may not act once another has begun, wherever it waited", async () => {
  const { run, mayAct } = atTime();
  const { promise: answer, resolve } = Promise.withResolvers<void>();
  const left = run(async () => {
    await answer;
    return mayAct();
  });
  const next = run(async () => {
    resolve();
    await answer;
    return mayAct();
  });
  expect(await Promise.all([left, next])).toEqual([false, true]);
});

test("nobody may act outside of an invocation", () => {
  expect(atTime().mayAct()).toBe(false);
});
