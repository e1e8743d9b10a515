import { expect, test } from "vitest";
import { recordedReporter } from "../fakes/recorded-reporter.ts";
import { broken, hitsOf, resultOf } from "../fakes/scenarios.ts";
import type { Run } from "../pool/work.ts";
import type { CallSeen } from "../result.ts";
import type { Disturbance, Scenario } from "../scenario.ts";
import { readSimulateCommand } from "./command-line.ts";
import { type Running, simulate } from "./simulate.ts";

const CALLS: CallSeen[] = [
  { phase: "prepare", service: "ECS", operation: "RegisterTaskDefinition", nth: 1 },
  { phase: "stop", service: "ECS", operation: "ListTasks", nth: 1 },
  { phase: "stop", service: "RDS", operation: "DescribeDBInstances", nth: 1 },
  { phase: "open", service: "ECS", operation: "DescribeServices", nth: 1 },
];
type CallFault = Extract<Disturbance, { kind: "call" }>;
const faultsOf = ({ disturbances }: Scenario) => disturbances as CallFault[];
const isReset = ({ fault, operation, count }: CallFault) =>
  fault === "reset" && operation === "ListTasks" && count === 1;

/** `--singles` where histories come to what `come` says; every fault hits, unless that says otherwise. */
async function singles(come: (faults: CallFault[], scenario: Scenario) => Partial<ReturnType<typeof resultOf>>) {
  const args = ["--singles", "--procedure", "first-start", "--no-shrink"];
  const command = readSimulateCommand(args, { cores: 2, plants: [], freshSeed: () => 1 });
  const { reporter, of } = recordedReporter();
  const ran: CallFault[][] = [];
  const run: Run = async (scenario) => {
    const faults = faultsOf(scenario);
    ran.push(faults);
    return resultOf(scenario, { calls: CALLS, hits: hitsOf(scenario), ...come(faults, scenario) });
  };
  const code = await simulate(command as Running, {
    pool: { workers: 2, run, close() {} },
    reporter,
    scenarioOfSeed: () => {
      throw new Error("no seed is asked for");
    },
    keep: (name) => `failures/${name}.json`,
    signal: new AbortController().signal,
    now: () => 0,
  });
  return { code, of, ran: ran.slice(1) };
}

test("tries every fault that passes, in far fewer histories than there are faults", async () => {
  const { code, of, ran } = await singles(() => ({}));
  expect(code).toBe(0);
  const passing = ran.flat().filter(({ count }) => count === 1);
  expect(passing).toHaveLength(CALLS.length * 6);
  expect(ran.filter((faults) => faults.some(({ count }) => count === 1)).length).toBeLessThanOrEqual(8);
  expect(of("say").at(-1)).toMatchObject({ singles: CALLS.length * 12, histories: ran.length, missed: [] });
});

test("pins what breaks an invariant down to the single fault that does it", async () => {
  const { code, of } = await singles((faults) => (faults.some(isReset) ? { violations: [broken(3)] } : {}));
  expect(code).toBe(1);
  expect(of("failed")).toMatchObject([{ label: "first-start: reset once on ECS:ListTasks in stop" }]);
  expect(of("end")).toMatchObject([{ tally: { violations: 1 } }]);
});

test("pins another ending down to the single fault that leads there", async () => {
  const { code, of } = await singles((faults) => (faults.some(isReset) ? { status: "rolled-back" } : {}));
  expect(code).toBe(1);
  expect(of("failed")).toEqual([]);
  expect(of("say").at(-1)).toMatchObject({
    elsewhere: [{ label: "first-start: reset once on ECS:ListTasks in stop", expected: "succeeded" }],
  });
});

test("names what breaks an invariant together alone, with all that is needed for it", async () => {
  const { code, of } = await singles((faults) =>
    faults.some(isReset) && faults.length > 1 ? { violations: [broken(3)] } : {},
  );
  expect(code).toBe(1);
  expect(of("failed")).toMatchObject([{ label: expect.stringMatching(/^first-start: .*, .*/) }]);
  expect(of("failed")).toHaveLength(1);
});

test("takes another ending of many faults that none of them leads to for no finding", async () => {
  const { code, of } = await singles((faults) => (faults.length > 2 ? { status: "rolled-back" } : {}));
  expect(code).toBe(0);
  expect(of("failed")).toEqual([]);
});

test("ends with 1 where a fault hits nothing even alone, for nobody knows what would come of it, and says which", async () => {
  const { code, of, ran } = await singles((faults, scenario) => ({
    hits: hitsOf({ ...scenario, disturbances: faults.filter((fault) => !isReset(fault)) }),
  }));
  expect(code).toBe(1);
  expect(ran.filter((faults) => faults.length === 1 && isReset(faults[0]!))).toHaveLength(1);
  expect(of("say").at(-1)).toMatchObject({ missed: ["first-start: reset once on ECS:ListTasks in stop"] });
});

test("tries what only delays some at a time, and throttles that last in phases of their own", async () => {
  const { ran } = await singles(() => ({}));
  const lasting = ran.filter((faults) => faults.some(({ count }) => count !== 1));
  for (const faults of lasting.filter(({ length }) => length > 1)) {
    const kinds = new Set(faults.map(({ fault }) => fault));
    expect([...kinds]).toEqual([expect.stringMatching(/^(slow|throttle)$/)]);
    if (kinds.has("throttle")) expect(new Set(faults.map(({ phase }) => phase)).size).toBe(faults.length);
  }
  expect(lasting.some(({ length }) => length > 1)).toBe(true);
  for (const fault of lasting.flat()) expect(fault).toMatchObject({ outlasts: true, phase: expect.any(String) });
});
