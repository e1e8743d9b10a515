import { describe, expect, test } from "vitest";
import type { CallSeen } from "../result.ts";
import { runScenario } from "../run-scenario.ts";
import type { Disturbance } from "../scenario.ts";
import { bases } from "./bases.ts";

const once = ({ phase, service, operation, nth }: CallSeen): Disturbance => ({
  ...{ kind: "call", service, operation, nth, count: 1, fault: "throttle" },
  ...(phase !== "before" && { phase }),
});

describe("a fault hits", { timeout: 60_000 }, () => {
  test("what comes after a maintenance's question, which is no trouble that anybody would repair something at", async () => {
    const { calls } = await runScenario(bases.maintenance.scenario);
    const last = calls.findLast(({ phase, operation }) => phase === "scale-out" && operation === "UpdateService")!;
    const { hits, status } = await runScenario({ ...bases.maintenance.scenario, disturbances: [once(last)] });
    expect({ status, hits }).toMatchObject({ status: "succeeded", hits: [{ phase: "scale-out", what: "throttle" }] });
  });

  test("the last call of all, with which a run lets go of its target when the operation is over", async () => {
    const { calls } = await runScenario(bases.upgrade.scenario);
    const last = calls.at(-1)!;
    expect(last).toMatchObject({ phase: "finish", service: "DynamoDB", operation: "UpdateItem" });
    const { hits, status } = await runScenario({ ...bases.upgrade.scenario, disturbances: [once(last)] });
    expect({ status, hits }).toMatchObject({ status: "succeeded", hits: [{ phase: "finish", what: "throttle" }] });
  });
});

test("calls whose signature nobody computes are the calls that there are with signatures, and come to the same", {
  timeout: 60_000,
}, async () => {
  const { scenario } = bases.upgrade;
  const unsigned = await runScenario(scenario);
  const signed = await runScenario({ ...scenario, isUnsigned: false });
  const counts = ({ calls }: typeof signed) => Object.entries(Object.groupBy(calls, nameOf)).map(counted).toSorted();
  expect(counts(unsigned)).toEqual(counts(signed));
  expect(unsigned).toMatchObject({ status: signed.status, violations: [], hangs: [] });
});

const nameOf = ({ phase, service, operation }: CallSeen) => `${phase} ${service}:${operation}`;
const counted = ([name, all]: [string, unknown[] | undefined]) => `${name} ${all?.length}`;
