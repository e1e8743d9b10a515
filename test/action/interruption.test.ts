import { describe, expect, test } from "vitest";
import { Interrupted } from "../../src/action/errors.ts";
import { systemClock } from "../../src/clock.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { fakeApi, type Interception, networkError, operationId } from "./fake-api.ts";
import { recordingCore } from "./recording-core.ts";
import { runAction } from "./run-action.ts";
import { succeeds } from "./scripts.ts";

/** Sends the signal after so many seconds, and tells how long the step then took to end. */
function interruptedAfter(seconds: number, intercept?: Interception, toolkit = recordingCore()) {
  return inVirtualTime(async () => {
    const interruption = new AbortController();
    const api = fakeApi({ script: succeeds, intercept });
    let sentAt = Number.NaN;
    setTimeout(() => {
      sentAt = systemClock.now();
      interruption.abort(new Interrupted("SIGINT"));
    }, seconds * 1_000);
    const ended = await runAction(api.fetch, { interruption: interruption.signal, toolkit });
    return { ...ended, tookMs: systemClock.now() - sentAt, calls: api.calls };
  });
}

describe("a signal from the runner", () => {
  test("ends a long poll at once, fails the step and says that the operation goes on", async () => {
    const { exitCode, tookMs, lines, outputs, summary } = await interruptedAfter(100.5);
    expect({ exitCode, tookMs }).toEqual({ exitCode: 1, tookMs: 0 });
    expect(lines.at(-1)).toContain("::error This step was stopped, the upgrade of crm-production was not::");
    expect(lines.at(-1)).toContain("The runner sent SIGINT; the operation goes on by itself.");
    expect(lines.at(-1)).toContain("running in phase back-up. The maintenance page is up.");
    expect(outputs).toMatchObject({ "operation-id": operationId, status: "running", site: "closed" });
    expect(summary).toContain("This step was stopped");
  });

  test("ends the wait for an API that is away", async () => {
    const { tookMs, outputs } = await interruptedAfter(60, (call) => {
      if (call.method === "GET") throw networkError("ECONNREFUSED");
      return undefined;
    });
    expect(tookMs).toBe(0);
    expect(outputs).toMatchObject({ "operation-id": operationId, status: "pending" });
  });

  test("while the operation is being asked for leaves the answer time to say which it is", async () => {
    const { tookMs, lines, outputs } = await interruptedAfter(10, async (call) => {
      if (call.method === "POST") await systemClock.sleep(11_000);
      return undefined;
    });
    expect(tookMs).toBe(1_000);
    expect(outputs["operation-id"]).toBe(operationId);
    expect(lines.at(-1)).toContain("was stopped, the upgrade of crm-production was not");
  });

  test("says that nobody knows when no such answer comes in time", async () => {
    const never = new Promise<undefined>(() => {});
    const { exitCode, tookMs, lines, saved } = await inVirtualTimeWithHangingPost(never);
    expect({ exitCode, tookMs }).toEqual({ exitCode: 1, tookMs: 2_500 });
    expect(lines.at(-1)).toContain("Nobody knows whether crm-production is being worked on");
    expect(saved).toEqual({ startRequested: "true", cancelled: "true", reported: "true" });
  });

  test("before the request has left starts nothing", async () => {
    const getIDToken = async () => {
      await systemClock.sleep(20_000);
      return "late";
    };
    const { exitCode, tookMs, calls, lines, saved } = await interruptedAfter(
      10,
      undefined,
      recordingCore({ getIDToken }),
    );
    expect({ exitCode, tookMs, calls }).toEqual({ exitCode: 1, tookMs: 0, calls: [] });
    expect(lines.at(-1)).toContain("::error Intermission did not start on crm-production::");
    expect(saved).toEqual({ cancelled: "true", reported: "true" });
  });

  test("while only the receipt is missing leaves the truth as it is: the operation is over", async () => {
    const { exitCode, lines } = await interruptedAfter(440, async (call) => {
      if (call.path.endsWith("/receipt")) await systemClock.sleep(20_000);
      return undefined;
    });
    expect(exitCode).toBe(0);
    expect(lines.at(-1)).toContain("::notice crm-production is upgraded::");
  });

  test("between two attempts sends no further one", async () => {
    const { calls } = await interruptedAfter(0.5, (call) => {
      if (call.method === "POST") throw networkError("ECONNREFUSED");
      return undefined;
    });
    expect(calls).toHaveLength(1);
  });
});

/** fetch itself hears the abort; a fake that never answers must hear it too. */
function inVirtualTimeWithHangingPost(never: Promise<undefined>) {
  return inVirtualTime(async () => {
    const interruption = new AbortController();
    const api = fakeApi({ intercept: () => never });
    const fetch: typeof globalThis.fetch = (input, init) =>
      new Promise((resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
        api.fetch(input, init).then(resolve, reject);
      });
    setTimeout(() => interruption.abort(new Interrupted("SIGTERM")), 10_000);
    const ended = await runAction(fetch, { interruption: interruption.signal });
    return { ...ended, tookMs: systemClock.now() - Date.parse("2026-01-15T02:00:10.000Z") };
  });
}
