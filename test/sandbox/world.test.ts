import FakeTimers from "@sinonjs/fake-timers";
import { expect, test } from "vitest";
import { createTimers } from "../../src/sandbox/cloud/world.ts";

test("nothing runs before its time by the clock, though Node's timer rings a millisecond early", () => {
  const machine = FakeTimers.install({ now: 1000, toFake: ["setTimeout", "clearTimeout", "Date"] });
  try {
    const ranAt: number[] = [];
    const timers = createTimers();
    timers.after(300, () => ranAt.push(Date.now()));
    const cancel = timers.after(300, () => ranAt.push(-1));
    machine.setSystemTime(999);
    machine.tick(300);
    expect(ranAt).toEqual([]);
    cancel();
    machine.tick(1);
    expect(ranAt).toEqual([1300]);
  } finally {
    machine.uninstall();
  }
});
