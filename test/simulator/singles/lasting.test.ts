import { expect, test } from "vitest";
import type { CallSeen } from "../result.ts";
import { type BaseName, bases } from "./bases.ts";
import { classesOf } from "./call-classes.ts";
import { type CallFault, type Ground, inWords, passingOn, singlesOn } from "./faults-on-calls.ts";
import { ALIKE, lastingOn } from "./lasting.ts";
import { together } from "./together.ts";

const calls = (phase: CallSeen["phase"], service: string, operation: string, times: number): CallSeen[] =>
  Array.from({ length: times }, (_, index) => ({ phase, service, operation, nth: index + 1 }));
const CALLS = [
  ...calls("stop", "ECS", "ListTasks", 4),
  ...calls("stop", "ECS", "UpdateService", 2),
  ...calls("stop", "DynamoDB", "GetItem", 9),
  ...calls("stop", "DynamoDB", "PutItem", 3),
  ...calls("open", "Elastic Load Balancing v2", "DescribeRules", 1),
];
const groundOf = (base: BaseName, seen = CALLS): Ground => ({
  ...{ base, scenario: bases[base].scenario, classes: classesOf(seen) },
});
const GROUNDS = (["upgrade", "first-start", "maintenance", "rollback"] as const).map((base) => groundOf(base));
const wordsOf = (faults: CallFault[]) => faults.map(inWords);
const all = (grounds: Ground[]) => lastingOn(grounds).flatMap(({ alone, together }) => [...alone, ...together]);

test("every change fails, loses its answers and is slow in every procedure, and is throttled and fails late in one of them", () => {
  for (const { alone, together } of lastingOn(GROUNDS)) {
    const changes = [...alone, ...together].filter(({ call }) => call.call.operation === "UpdateService");
    for (const nth of [1, 2]) {
      const kinds = changes.filter(({ call }) => call.call.nth === nth).map(({ fault }) => fault);
      expect(kinds).toEqual(expect.arrayContaining(["lost", "slow"]));
      expect(kinds.some((kind) => kind === "internal-error" || kind === "reset")).toBe(true);
    }
  }
  const words = wordsOf(all(GROUNDS)).filter((each) => each.includes("UpdateService"));
  for (const kind of ["throttle", "time-out"]) expect(words.filter((each) => each.startsWith(kind))).toHaveLength(2);
});

test("each procedure has its share of what a read can come to, and together they have all", () => {
  const reads = lastingOn(GROUNDS).map(({ alone, together }) =>
    [...alone, ...together].filter(({ call }) => call.call.operation === "ListTasks"),
  );
  expect(reads.map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([1, 1, 1, 2]);
  const faults = reads.flat();
  for (const kind of ["throttle", "time-out", "slow"] as const)
    expect(faults.filter(({ fault }) => fault === kind)).toHaveLength(1);
  const failing = faults.filter(({ fault }) => (ALIKE.reads as readonly string[]).includes(fault));
  expect(failing.map(({ call }) => call.which).sort()).toEqual(["first", "last"]);
});

test("one procedure alone has all of it", () => {
  const words = wordsOf(all([groundOf("upgrade")]));
  const of = (operation: string) => words.filter((each) => each.includes(operation)).length;
  expect({ ListTasks: of("ListTasks"), DescribeRules: of("DescribeRules") }).toEqual({
    ListTasks: 5,
    DescribeRules: 4,
  });
  expect({ GetItem: of("GetItem"), PutItem: of("PutItem") }).toEqual({ GetItem: 5, PutItem: 7 });
});

test("every fault that passes is in one group, beside none on another call of its kind in its phase", () => {
  const faults = passingOn(groundOf("upgrade"));
  expect(faults).toHaveLength(singlesOn(groundOf("upgrade")) / 2);
  const groups = together(faults);
  expect(wordsOf(groups.flat()).sort()).toEqual(wordsOf(faults).sort());
  for (const group of groups) {
    const places = group.map(({ call: { call } }) => `${call.phase} ${call.service} ${call.operation}`);
    expect(new Set(places).size).toBe(places.length);
    expect(group.filter(({ fault }) => fault === "time-out" || fault === "slow").length).toBeLessThanOrEqual(6);
  }
  expect(Math.max(...groups.map(({ length }) => length))).toBeGreaterThan(1);
});

test("no more are together than may be", () => {
  expect(together(passingOn(groundOf("upgrade")), { most: 2 }).every(({ length }) => length <= 2)).toBe(true);
});
