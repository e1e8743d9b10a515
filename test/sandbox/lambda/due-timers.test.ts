import { expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { createDueTimers } from "../../../src/sandbox/cloud/lambda/due-timers.ts";
import { createTimers } from "../../../src/sandbox/cloud/world.ts";
import { inVirtualTime } from "../../virtual-time.ts";

test("what is due can be run before the event loop comes to it, and then runs once", () =>
  inVirtualTime(async () => {
    const ran: string[] = [];
    let now = systemClock.now();
    const timers = createDueTimers({ clock: { ...systemClock, now: () => now }, timers: createTimers() });
    timers.set("a", now + 1000, () => ran.push("a"));
    timers.set("b", now + 2000, () => ran.push("b"));
    now += 1000;
    timers.runDue();
    expect(ran).toEqual(["a"]);
    expect([timers.has("a"), timers.has("b")]).toEqual([false, true]);
    await systemClock.sleep(5000);
    expect(ran).toEqual(["a", "b"]);
  }));

test("a name has one timer, the one that was set last", () =>
  inVirtualTime(async () => {
    const ran: string[] = [];
    const timers = createDueTimers({ clock: systemClock, timers: createTimers() });
    timers.set("a", systemClock.now() + 1000, () => ran.push("first"));
    timers.set("a", systemClock.now() + 2000, () => ran.push("second"));
    await systemClock.sleep(5000);
    expect(ran).toEqual(["second"]);
  }));

test("waits for longer than a timer of the machine can", () =>
  inVirtualTime(async () => {
    const begun = systemClock.now();
    const yearMs = 365 * 86_400_000;
    const timers = createDueTimers({ clock: systemClock, timers: createTimers() });
    const ranAt = await new Promise<number>((resolve) => {
      timers.set("a", begun + yearMs, () => resolve(systemClock.now()));
    });
    expect(ranAt - begun).toBe(yearMs);
  }));
