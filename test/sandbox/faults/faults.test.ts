import { describe, expect, test } from "vitest";
import { createFaults, type FaultRule } from "../../../src/sandbox/cloud/faults.ts";

const throttled = (rule: Partial<FaultRule> = {}) =>
  ({ service: "ECS", operation: "UpdateService", fault: "throttle", ...rule }) as FaultRule;
const services = [
  { id: "ECS", operations: new Set(["UpdateService", "RunTask"]) },
  { id: "RDS", operations: new Set(["CreateDBSnapshot"]) },
];

/** Which of the next calls are hit, by their numbers. */
function hits(faults: ReturnType<typeof createFaults>, calls: number, operation = "UpdateService") {
  return Array.from({ length: calls }, (_, i) => i + 1).filter(() => faults.take("ECS", operation));
}

test("hits the next matching call, once, by default", () => {
  const faults = createFaults();
  faults.add(throttled());
  expect(faults.take("RDS", "UpdateService")).toBeUndefined();
  expect(faults.take("ECS", "RunTask")).toBeUndefined();
  expect(hits(faults, 3)).toEqual([1]);
});

test("hits `count` calls from the nth on, counted from when the rule was added", () => {
  const faults = createFaults();
  hits(faults, 2);
  faults.add(throttled({ nth: 3, count: 2 }));
  expect(hits(faults, 6)).toEqual([3, 4]);
});

test("a star stands for any operation of the service", () => {
  const faults = createFaults();
  faults.add(throttled({ operation: "*", count: 2 }));
  expect(hits(faults, 1, "RunTask")).toEqual([1]);
  expect(hits(faults, 2)).toEqual([1]);
});

test("the rule added first wins, and the call counts for the others too", () => {
  const faults = createFaults();
  faults.add(throttled({ nth: 2 }));
  faults.add({ service: "ECS", operation: "*", fault: "slow", ms: 5, count: 3 });
  expect([1, 2, 3, 4].map(() => faults.take("ECS", "UpdateService")?.fault)).toEqual([
    "slow",
    "throttle",
    "slow",
    undefined,
  ]);
});

test("says which rules are still to hit, and takes them back", () => {
  const faults = createFaults();
  const takeBack = faults.add(throttled({ nth: 2, count: 3 }));
  faults.add(throttled({ operation: "RunTask" }));
  hits(faults, 2);
  expect(faults.pending()).toEqual([
    { service: "ECS", operation: "UpdateService", fault: "throttle", nth: 1, count: 2 },
    { service: "ECS", operation: "RunTask", fault: "throttle", nth: 1, count: 1 },
  ]);
  takeBack();
  expect(hits(faults, 3)).toEqual([]);
  faults.clear();
  expect(faults.pending()).toEqual([]);
});

describe("refuses to inject", () => {
  test("a rule with several things wrong, and names them all", () => {
    const rule = { service: "ECSS", operation: "UpdateService", nth: 0, count: 1.5, fault: "slow" } as FaultRule;
    const add = () => createFaults({ services }).add(rule);
    expect(add).toThrow(/at nth/);
    expect(add).toThrow(/at count/);
    expect(add).toThrow(/at ms/);
    expect(add).toThrow(/ECSS is not here; there are ECS, RDS/);
  });

  test("an operation that the service does not have", () => {
    expect(() => createFaults({ services }).add(throttled({ operation: "UpdateServices" }))).toThrow(
      /ECS has no operation UpdateServices/,
    );
  });

  test("an unknown fault, or a member that its fault does not have", () => {
    expect(() => createFaults().add(throttled({ fault: "explode" as "reset" }))).toThrow(/at fault/);
    expect(() => createFaults().add({ ...throttled(), ms: 5 } as FaultRule)).toThrow(/Unrecognized key: "ms"/);
  });

  test("nothing that is right", () => {
    expect(() => createFaults({ services }).add(throttled({ operation: "*" }))).not.toThrow();
  });
});
