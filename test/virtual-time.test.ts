import { expect, test } from "vitest";
import { systemClock } from "../src/clock.ts";
import { inVirtualTime } from "./virtual-time.ts";

test("hours pass in a moment", async () => {
  const began = performance.now();
  const passed = await inVirtualTime(async () => {
    const before = systemClock.now();
    await systemClock.sleep(3 * 3_600_000);
    return systemClock.now() - before;
  });
  expect(passed).toBe(3 * 3_600_000);
  expect(performance.now() - began).toBeLessThan(5_000);
});

test("sleepers wake in the order of their time", async () => {
  const order = await inVirtualTime(async () => {
    const woken: string[] = [];
    await Promise.all([300, 100, 200].map((ms) => systemClock.sleep(ms).then(() => woken.push(String(ms)))));
    return woken;
  });
  expect(order).toEqual(["100", "200", "300"]);
});

test("time stands while the thread pool is at work, in the middle of which something else is due", async () => {
  const passed = await inVirtualTime(async () => {
    const before = systemClock.now();
    void systemClock.sleep(1_000);
    const { publicExponent, ...algorithm } = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", publicExponent: [1, 0, 1] };
    const keys = { ...algorithm, modulusLength: 2_048, publicExponent: Uint8Array.from(publicExponent) };
    await crypto.subtle.generateKey(keys, false, ["sign", "verify"]);
    return systemClock.now() - before;
  });
  expect(passed).toBe(0);
});

test("a body that waits for nothing that is scheduled is an error, not a hang", async () => {
  await expect(inVirtualTime(() => new Promise(() => {}))).rejects.toThrow("stands still");
});
