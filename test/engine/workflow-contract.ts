import { beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { type Look, WaitTimedOut, type Workflow } from "../../src/engine/workflow.ts";
import { OperationError } from "../../src/operations/operation-error.ts";
import { inVirtualTime } from "../virtual-time.ts";

/** An engine under test. Everything runs in virtual time. */
export type WorkflowHarness = {
  /** Runs the procedure to its end, again after each crash, and answers what it returned or throws what it threw. */
  run<Result>(procedure: (workflow: Workflow) => Promise<Result>): Promise<Result>;
  /** Crashes the run that is going on before anything more is remembered. */
  crash(): void;
  complete(callbackId: string): void;
};

/** What every Workflow promises, whatever engine is under it. */
export function workflowContract(engine: string, createHarness: () => WorkflowHarness): void {
  describe(`a workflow on ${engine}`, () => {
    let harness: WorkflowHarness;
    const run = <Result>(procedure: (workflow: Workflow) => Promise<Result>) =>
      inVirtualTime(async () => {
        harness = createHarness();
        return harness.run(procedure);
      });
    let effects: string[];
    const effect =
      <Result>(name: string, result: Result, { crash = false } = {}) =>
      async () => {
        effects.push(name);
        if (crash && effects.filter((other) => other === name).length === 1) harness.crash();
        return result;
      };
    beforeEach(() => {
      effects = [];
    });

    test("runs each step once and answers what it returned, as JSON", async () => {
      const results = await run(async (workflow) => [
        await workflow.step("a", effect("a", { at: new Date(0), nothing: undefined })),
        await workflow.step("b", effect("b", undefined)),
        await workflow.step("a", effect("a again", null)),
      ]);
      expect(results).toEqual([{ at: "1970-01-01T00:00:00.000Z" }, undefined, null]);
      expect(effects).toEqual(["a", "b", "a again"]);
    });

    test("does not repeat a remembered step after a crash, and repeats the one that the crash interrupted", async () => {
      const results = await run(async (workflow) => [
        await workflow.step("first", effect("first", 1)),
        await workflow.step("second", effect("second", 2, { crash: true })),
        await workflow.step("third", effect("third", 3)),
      ]);
      expect(results).toEqual([1, 2, 3]);
      expect(effects).toEqual(["first", "second", "second", "third"]);
    });

    test("tries a failing step again, with growing pauses", async () => {
      const attempts: number[] = [];
      const result = await run((workflow) =>
        workflow.step("flaky", async () => {
          attempts.push(systemClock.now());
          if (attempts.length < 5) throw new Error("throttled");
          return "done";
        }),
      );
      expect(result).toBe("done");
      const pauses = attempts.slice(1).map((at, i) => Math.floor((at - attempts[i]!) / 1000));
      expect(pauses).toEqual([1, 2, 4, 8]);
    });

    test("gives up a step after eight attempts and throws its last error", async () => {
      const failing = run((workflow) =>
        workflow.step("hopeless", async () => {
          effects.push("attempt");
          throw new TypeError(`attempt ${effects.length}`);
        }),
      );
      await expect(failing).rejects.toMatchObject({
        code: "unexpected",
        message: "attempt 8",
        details: { error: "TypeError" },
      });
      expect(effects).toHaveLength(8);
    });

    test("tries an error that calls itself retryable again, and no other OperationError", async () => {
      const caught = await run((workflow) =>
        workflow
          .step("refused", async () => {
            effects.push("attempt");
            const retryable = effects.length < 3;
            throw new OperationError("no", { code: "refused", hint: "ask", details: { n: 1 }, retryable });
          })
          .catch((error: OperationError) => error.toJSON()),
      );
      expect(effects).toHaveLength(3);
      expect(caught).toMatchObject({ code: "refused", hint: "ask", details: { n: 1 }, retryable: false });
    });

    test("refuses a result that is not JSON instead of trying it for ever", async () => {
      const failing = run((workflow) => workflow.step("big", async () => 1n));
      await expect(failing).rejects.toMatchObject({ code: "result-not-json" });
    });

    test.each(["step", "scope", "poll"] as const)("throws the same error from a %s after a replay", async (kind) => {
      const refuse = async () => {
        effects.push(kind);
        throw new OperationError("no room", { code: "no-room", hint: "make room", details: { free: 0 } });
      };
      const caught: unknown[] = [];
      await run(async (workflow) => {
        const attempt = {
          step: () => workflow.step("x", refuse),
          scope: () => workflow.scope("x", (inner) => inner.step("y", refuse)),
          poll: () => workflow.poll("x", refuse, { everyMs: 1000, timeoutMs: 10_000 }),
        }[kind];
        await attempt().catch((error: unknown) => caught.push(error));
        await workflow.step("then", effect("then", 0, { crash: true }));
      });
      expect(effects).toEqual([kind, "then", "then"]);
      expect(caught).toHaveLength(2);
      for (const error of caught) {
        expect(error).toBeInstanceOf(OperationError);
        expect(error).toMatchObject({ code: "no-room", hint: "make room", details: { free: 0 }, message: "no room" });
      }
    });

    test("polls until the look is done, at its pace and past the looks that fail", async () => {
      const looks: number[] = [];
      const result = await run((workflow) =>
        workflow.poll(
          "ready",
          async (): Promise<Look<string>> => {
            looks.push(systemClock.now());
            if (looks.length === 2) throw new Error("throttled");
            return looks.length < 5 ? { done: false, seen: "starting" } : { done: true, result: "running" };
          },
          { everyMs: 2000, timeoutMs: 60_000 },
        ),
      );
      expect(result).toBe("running");
      expect(looks.slice(1).map((at, i) => at - looks[i]!)).toEqual([2000, 2000, 2000, 2000]);
    });

    test("sees what happened within three seconds, even after hours", async () => {
      const readyAfterMs = 2 * 3_600_000;
      const lateMs = await run(async (workflow) => {
        const begun = await workflow.step("begin", async () => systemClock.now());
        const seen = await workflow.poll<number>(
          "ready",
          async () => {
            const now = systemClock.now();
            return now >= begun + readyAfterMs ? { done: true, result: now } : { done: false, seen: "not yet" };
          },
          { everyMs: 2000, timeoutMs: 3 * 3_600_000 },
        );
        return seen - begun - readyAfterMs;
      });
      expect(lateMs).toBeLessThan(3000);
    });

    test("ends a poll after its time-out, counted from the first look, and says what was seen last", async () => {
      const times: number[] = [];
      const caught: unknown[] = [];
      await run(async (workflow) => {
        const look = async () => {
          times.push(systemClock.now());
          if (times.length > 3) throw new Error("gone away");
          return { done: false as const, seen: "pending" };
        };
        await workflow
          .poll("stopped", look, { everyMs: 2000, timeoutMs: 125_000 })
          .catch((error: unknown) => caught.push(error));
        await workflow.step("then", effect("then", 0, { crash: true }));
      });
      const [first = 0, last = 0] = [times[0], times.at(-1)];
      expect(last - first).toBeGreaterThanOrEqual(125_000);
      expect(last - first).toBeLessThan(127_000);
      expect(caught).toHaveLength(2);
      for (const error of caught) {
        expect(error).toBeInstanceOf(WaitTimedOut);
        expect(error).toMatchObject({
          lastSeen: "Error: gone away",
          message: "expected within 125 s: stopped; found at the end: Error: gone away",
        });
      }
    });

    test("goes on in a scope that a crash interrupted and does not enter a finished one again", async () => {
      const entered: string[] = [];
      const result = await run(async (workflow) => {
        const inner = await workflow.scope("outer", async (outer) => {
          entered.push("outer");
          await outer.step("same name", effect("outer step", 0));
          const value = await outer.scope("inner", async (inner) => {
            entered.push("inner");
            return inner.step("same name", effect("inner step", "deep"));
          });
          await outer.step("settle", async () => {});
          await outer.step("crashing", effect("crashing", 0, { crash: true }));
          return value;
        });
        await workflow.step("settle", async () => {});
        await workflow.step("after", effect("after", 0, { crash: true }));
        return inner;
      });
      expect(result).toBe("deep");
      expect(entered).toEqual(["outer", "inner", "outer"]);
      expect(effects).toEqual(["outer step", "inner step", "crashing", "crashing", "after", "after"]);
    });

    test("runs branches side by side", async () => {
      const results = await run((workflow) =>
        Promise.all(
          ["a", "b"].map((name) =>
            workflow.scope(name, async (branch) => {
              const begun = await branch.step("begin", async () => systemClock.now());
              const look = async (): Promise<Look<number>> => {
                const passedMs = systemClock.now() - begun;
                return passedMs >= 30_000 ? { done: true, result: passedMs } : { done: false, seen: "waiting" };
              };
              return branch.poll("half a minute", look, { everyMs: 1000, timeoutMs: 60_000 });
            }),
          ),
        ),
      );
      for (const passedMs of results) expect(passedMs).toBeLessThan(33_000);
    });

    test("waits for a callback until someone completes it", async () => {
      const announced: string[] = [];
      const result = await run(async (workflow) => {
        const answer = await workflow.waitForCallback(
          "approval",
          async (id) => {
            announced.push(id);
            if (announced.length === 1) throw new Error("the store was away");
            setTimeout(() => harness.complete(id), 3_600_000);
          },
          { timeoutMs: 2 * 3_600_000 },
        );
        await workflow.step("then", effect("then", 0, { crash: true }));
        return answer;
      });
      expect(result).toBe("called");
      expect(announced).toHaveLength(2);
      expect(new Set(announced).size).toBe(1);
    });

    test("takes a callback that comes before anyone waits for it", async () => {
      const result = await run((workflow) =>
        workflow.waitForCallback("approval", async (id) => harness.complete(id), { timeoutMs: 60_000 }),
      );
      expect(result).toBe("called");
    });

    test("gives up a callback when its time is up, and says so again after a replay", async () => {
      const begun: number[] = [];
      const answers: string[] = [];
      await run(async (workflow) => {
        const announce = async () => {
          begun.push(systemClock.now());
        };
        answers.push(await workflow.waitForCallback("approval", announce, { timeoutMs: 90_000 }));
        await workflow.step("then", async () => {
          begun.push(systemClock.now());
          if (begun.length === 2) harness.crash();
        });
      });
      expect(answers).toEqual(["timed-out", "timed-out"]);
      expect(begun[1]! - begun[0]!).toBeGreaterThanOrEqual(89_000);
      expect(begun[1]! - begun[0]!).toBeLessThan(93_000);
    });

    test("throws what the announcement refused, with its code", async () => {
      const refuse = async () => {
        throw new OperationError("nobody to ask", { code: "nobody-to-ask" });
      };
      const failing = run((workflow) => workflow.waitForCallback("approval", refuse, { timeoutMs: 90_000 }));
      await expect(failing).rejects.toMatchObject({ code: "nobody-to-ask" });
    });
  });
}
