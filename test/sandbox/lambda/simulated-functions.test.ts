import { expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import type { ExecutionEnvironment } from "../../../src/sandbox/substrate/simulated/functions.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { runbook, sandboxLambda } from "./sandbox-lambda.ts";

const api = { ...runbook, functionName: "api", durableConfig: undefined, timeoutMs: 3000 };

function setUp(handler: (environment: ExecutionEnvironment) => Promise<unknown>) {
  return sandboxLambda({ api: (environment) => () => handler(environment) }, [api]);
}

test("what is killed does nothing more to the outside and hears nothing more from it", () =>
  inVirtualTime(async () => {
    const effects: string[] = [];
    const { lambda } = setUp(async ({ whileAlive }) => {
      await whileAlive(async () => effects.push("first"));
      await systemClock.sleep(1000);
      await whileAlive(async () => effects.push("second"));
      effects.push("heard");
    });
    const answer = lambda.invoke("api", "{}");
    await systemClock.sleep(500);
    expect(lambda.kill("api")).toBe(1);
    expect(await answer).toMatchObject({ functionError: "Unhandled" });
    await systemClock.sleep(60_000);
    expect(effects).toEqual(["first"]);
  }));

test("what is lost counts as crashed, and goes on unheard", () =>
  inVirtualTime(async () => {
    const effects: string[] = [];
    const { lambda } = setUp(async ({ whileAlive }) => {
      await systemClock.sleep(1000);
      await whileAlive(async () => effects.push("a zombie's"));
      return "too late";
    });
    const answer = lambda.invoke("api", "{}");
    await systemClock.sleep(500);
    expect(lambda.lose("api")).toBe(1);
    expect(await answer).toMatchObject({ functionError: "Unhandled" });
    await systemClock.sleep(60_000);
    expect(effects).toEqual(["a zombie's"]);
  }));

test("an answer that is under way at the kill is not heard", () =>
  inVirtualTime(async () => {
    const heard: string[] = [];
    const { lambda } = setUp(async ({ whileAlive }) => {
      const work = whileAlive(async () => {
        await systemClock.sleep(1000);
        return "answer";
      });
      heard.push(await work);
    });
    void lambda.invoke("api", "{}");
    await systemClock.sleep(500);
    lambda.kill("api");
    await systemClock.sleep(60_000);
    expect(heard).toEqual([]);
  }));

test("code sees its environment and gets its event as JSON", () =>
  inVirtualTime(async () => {
    const { lambda } = sandboxLambda(
      {
        api:
          ({ variables }) =>
          async (event: object, { functionName }: { functionName: string }) => ({ variables, event, functionName }),
      },
      [{ ...api, environment: { STAGE: "test" } }],
    );
    const { payload } = await lambda.invoke("api", '{"a":1}');
    expect(JSON.parse(payload)).toEqual({ variables: { STAGE: "test" }, event: { a: 1 }, functionName: "api" });
  }));
