import { expect, test } from "vitest";
import { recordedReporter } from "../fakes/recorded-reporter.ts";
import { broken, crashAt, hitsOf, resultOf, scenarioWith } from "../fakes/scenarios.ts";
import { type Run, UNANSWERED } from "../pool/work.ts";
import type { CallSeen } from "../result.ts";
import type { Disturbance, Scenario } from "../scenario.ts";
import { readSimulateCommand } from "./command-line.ts";
import { INTERRUPTED, type Running, simulate } from "./simulate.ts";

type Given = { run?: Run; interrupt?: AbortController; replayed?: Scenario; now?: () => number };

/** The command with these arguments, whose histories come to what `run` says. */
async function simulated(
  args: string,
  { run = async (scenario) => resultOf(scenario), interrupt, ...given }: Given = {},
) {
  const command = readSimulateCommand(args.split(" "), { cores: 2, plants: ["no-undo"], freshSeed: () => 77 });
  const { reporter, of } = recordedReporter();
  const kept = new Map<string, Scenario>();
  const ran: Scenario[] = [];
  const code = await simulate(command as Running, {
    pool: {
      workers: 2,
      run(scenario) {
        ran.push(scenario);
        return run(scenario);
      },
      close() {},
    },
    reporter,
    scenarioOfSeed: (seed) => scenarioWith({ seed, disturbances: [crashAt(seed), crashAt(9)] }),
    keep(name, scenario) {
      kept.set(name, scenario);
      return `failures/${name}.json`;
    },
    signal: (interrupt ?? new AbortController()).signal,
    now: () => 0,
    ...given,
  });
  return { code, of, kept, ran };
}

const failsAt =
  (...seeds: number[]): Run =>
  async (scenario) =>
    resultOf(scenario, seeds.includes(scenario.seed) ? { violations: [broken(3), broken(3)] } : {});

test("runs every seed once and ends with 0 where nothing is wrong", async () => {
  const { code, of, ran } = await simulated("--seed 5 --runs 4");
  expect(code).toBe(0);
  expect(ran.map(({ seed }) => seed)).toEqual([5, 6, 7, 8]);
  expect(of("end")).toEqual([expect.objectContaining({ tally: { runs: 4, violations: 0, hangs: 0 } })]);
  expect(of("told")).toEqual([]);
});

test("tells of one seed what happened", async () => {
  const { of } = await simulated("--seed 5");
  expect(of("told")).toMatchObject([{ scenario: { seed: 5 } }]);
});

test("ends with 1 where an invariant was broken, keeps the history, and says how to replay it", async () => {
  const { code, of, kept } = await simulated("--seed 5 --runs 4 --procedure upgrade --no-shrink --plant no-undo", {
    run: failsAt(6),
  });
  expect(code).toBe(1);
  expect(of("failed")).toMatchObject([
    { label: "seed 6", replay: "npm run simulate -- --seed 6 --procedure upgrade --plant no-undo" },
  ]);
  expect([...kept]).toMatchObject([["seed-6", { seed: 6 }]]);
  expect(of("end")).toMatchObject([{ tally: { runs: 4, violations: 1, hangs: 0 } }]);
});

test("shows the smallest history of those that fail alike, and how to replay that", async () => {
  const run: Run = async (scenario) =>
    resultOf(scenario, { hangs: scenario.disturbances.length > 0 ? ["it stands still"] : [] });
  const { code, of, kept } = await simulated("--seed 5 --runs 3", { run });
  expect(code).toBe(1);
  expect(of("shrunk")).toMatchObject([
    {
      ...{ label: "seed 5", others: 2, replay: "npm run simulate -- --replay failures/seed-5-smallest.json" },
      result: { scenario: { seed: 1, disturbances: [crashAt(1)] } },
    },
  ]);
  expect(kept.get("seed-5-smallest")).toMatchObject({ disturbances: [crashAt(1)] });
  expect(of("end")).toMatchObject([{ tally: { runs: 3, violations: 0, hangs: 3 } }]);
});

test("looks for no smaller history than one of which no answer came", async () => {
  const run: Run = async (scenario) => resultOf(scenario, { status: UNANSWERED, hangs: ["it died"] });
  const { code, ran } = await simulated("--seed 5", { run });
  expect({ code, runs: ran.length }).toEqual({ code: 1, runs: 1 });
});

test("gives up after five where no worker answers at all, once the sixth that is under way is over", async () => {
  const run: Run = async (scenario) => resultOf(scenario, { status: UNANSWERED, hangs: ["it died"] });
  const { code, of } = await simulated("--seed 5 --runs 100", { run });
  expect(code).toBe(1);
  expect(of("say")).toMatchObject([{ text: expect.stringContaining("no worker process has answered") }]);
  expect(of("end")).toMatchObject([{ tally: { hangs: 6 } }]);
});

test("replays a file", async () => {
  const { of, ran } = await simulated("--replay some.json", { replayed: scenarioWith({ seed: 12 }), run: failsAt(12) });
  expect(ran[0]).toMatchObject({ seed: 12 });
  expect(of("failed")).toMatchObject([{ replay: "npm run simulate -- --replay some.json" }]);
  expect(of("told")).toHaveLength(1);
});

test("begins nothing more once the time is up", async () => {
  let now = 0;
  const run: Run = async (scenario) => {
    now += 1_000;
    return resultOf(scenario);
  };
  const { code, ran } = await simulated("--seed 1 --for 10s", { run, now: () => now });
  expect({ code, runs: ran.length }).toEqual({ code: 0, runs: 10 });
});

test("interrupted, it reports what was done so far and leaves what is under way", async () => {
  const interrupt = new AbortController();
  const run: Run = async (scenario) => {
    if (scenario.seed < 8) return resultOf(scenario);
    await new Promise((resolve) => setImmediate(resolve));
    interrupt.abort();
    return new Promise(() => {});
  };
  const { code, of } = await simulated("--seed 5 --runs 100", { run, interrupt });
  expect(code).toBe(INTERRUPTED);
  expect(of("end")).toMatchObject([{ interrupted: true, tally: { runs: 3 } }]);
});

const calls: CallSeen[] = [
  { phase: "prepare", service: "ECS", operation: "RegisterTaskDefinition", nth: 1 },
  ...[1, 2, 3, 4].map((nth): CallSeen => ({ phase: "stop", service: "ECS", operation: "ListTasks", nth })),
];
const withCalls: Run = async (scenario) => resultOf(scenario, { calls, hits: hitsOf(scenario) });

test("tries every kind of fault, once and for ever, on each change and on three of the reads that a poll repeats", async () => {
  const { code, of, ran } = await simulated("--singles --each --procedure first-start", { run: withCalls });
  expect(code).toBe(0);
  const [base, ...faulted] = ran;
  expect(base!.disturbances).toEqual([]);
  expect(faulted).toHaveLength(4 * 6 * 2);
  expect(faulted.map(({ disturbances: [only] }) => only)).toEqual(
    expect.arrayContaining([
      {
        kind: "call",
        phase: "prepare",
        service: "ECS",
        operation: "RegisterTaskDefinition",
        nth: 1,
        count: 1,
        fault: "lost",
      },
      {
        ...{ kind: "call", phase: "stop", outlasts: true },
        ...{ service: "ECS", operation: "ListTasks", nth: 4, count: 100, fault: "throttle" },
      },
      {
        kind: "call",
        phase: "stop",
        service: "ECS",
        operation: "ListTasks",
        nth: 2,
        count: 1,
        fault: "slow",
        ms: 8_000,
      },
    ]),
  );
  const nths = new Set(
    faulted.flatMap(({ disturbances: [only] }) =>
      only?.kind === "call" && only.operation === "ListTasks" ? [only.nth] : [],
    ),
  );
  expect([...nths]).toEqual([1, 2, 4]);
  expect(of("say")).toMatchObject([{}, { calls: 5, tried: 4, kinds: 6 }, { faults: "singles", tried: 48, of: 48 }]);
});

test("names a single fault that asking again should get past, where it ends otherwise than without it", async () => {
  const run: Run = async (scenario) => {
    const [fault] = scenario.disturbances;
    const isHit = fault?.kind === "call" && fault.fault === "reset" && fault.operation === "RegisterTaskDefinition";
    return resultOf(scenario, { calls, hits: hitsOf(scenario), status: isHit ? "rolled-back" : "succeeded" });
  };
  const { code, of } = await simulated("--singles --each --procedure first-start", { run });
  expect(code).toBe(1);
  expect(of("say").at(-1)).toMatchObject({
    elsewhere: [
      {
        label: "first-start: reset once on ECS:RegisterTaskDefinition in prepare",
        status: "rolled-back",
        expected: "succeeded",
      },
    ],
  });
});

test("ends with 1 where a single fault hits nothing, and says which", async () => {
  const isLost = ({ kind, ...more }: Disturbance) => kind === "call" && "fault" in more && more.fault === "lost";
  const { code, of } = await simulated("--singles --each --procedure first-start --sample 48 --seed 1", {
    run: async (scenario) =>
      resultOf(scenario, { calls, hits: scenario.disturbances.some(isLost) ? [] : hitsOf(scenario) }),
  });
  expect(code).toBe(1);
  const { missed } = of("say").at(-1) as unknown as { missed: string[] };
  expect(missed).toHaveLength(4 * 2);
  expect(missed[0]).toBe("first-start: lost once on ECS:RegisterTaskDefinition in prepare");
});

test("tries every two calls together, each with a fault that leaves open whether it took effect, and as many of them as asked", async () => {
  const all = await simulated("--pairs --procedure first-start --seed 1", { run: withCalls });
  const pairs = all.ran.slice(1).map(({ disturbances }) => JSON.stringify(disturbances));
  expect(pairs).toHaveLength(6 * 9);
  expect(new Set(pairs).size).toBe(pairs.length);
  const few = await simulated("--pairs --procedure first-start --seed 1 --sample 7", { run: withCalls });
  expect(few.ran.slice(1)).toHaveLength(7);
  const again = await simulated("--pairs --procedure first-start --seed 1 --sample 7", { run: withCalls });
  expect(again.ran).toEqual(few.ran);
});

test("puts no fault into a procedure that fails without any", async () => {
  const { code, ran } = await simulated("--singles --procedure rollback --no-shrink", {
    run: async (scenario) => resultOf(scenario, { calls, hangs: ["stuck"] }),
  });
  expect({ code, runs: ran.length }).toEqual({ code: 1, runs: 1 });
});
