import { expect, test } from "vitest";
import type { Aws } from "../../src/aws/aws.ts";
import { measurements } from "../../src/confirm/measurements.ts";
import { denials, permit } from "../infra/permissions/permitted-cloud.ts";
import { noticeboardCloud, TARGET } from "../simulation/noticeboard-cloud.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { stateOf } from "./cloud-state.ts";
import { measuring, QUICK, runConfirm, TARGET_FILE } from "./run-confirm.ts";

const verdicts = (results: { name: string; verdict: string }[]) =>
  Object.fromEntries(results.map(({ name, verdict }) => [name, verdict]));

test("finds all as assumed with what the runbook may do, and leaves all as it was", { timeout: 60_000 }, () =>
  inVirtualTime(async () => {
    const cloud = await noticeboardCloud({ ...QUICK, target: ["loadBalancer: { movePriorities: true }"] });
    await permit(cloud);
    const before = await stateOf(cloud);
    let holder: string | undefined;
    const print = async () => {
      holder ??= await cloud.store.lockHolder(TARGET);
    };
    const files = new Map([["intermission.yml", TARGET_FILE.replace("staging:", `${TARGET}:`)]]);
    const names = measurements.map(({ name }) => name);
    const every = names.flatMap((name) => ["--only", name]);
    const disturb = ["--target", TARGET, "--yes-disturb", TARGET, "--table", "intermission", "--json", "out.json"];
    const { code, results } = await runConfirm(cloud, [...disturb, "--rounds", "2", ...every], {
      files,
      over: { print: () => void print() },
    });
    expect(denials(cloud)).toEqual([]);
    expect(verdicts(results)).toEqual(Object.fromEntries(names.map((name) => [name, "as-assumed"])));
    expect(code).toBe(0);
    const [insert] = results.find(({ name }) => name === "rule-propagation")!.measured;
    expect(insert).toMatchObject({ values: { length: 4 }, median: expect.any(Number) });
    const renamed = results.find(({ name }) => name === "rename-database")!.measured;
    expect(renamed).toMatchObject([{ values: [5_000] }, { values: [10_000] }]);
    // Nobody could start an operation meanwhile, and nothing is left of the changes' own journal.
    expect(holder).toMatch(/^op-/);
    expect((await cloud.store.get(holder!))?.status).toBe("refused");
    expect([...files.keys()]).toEqual(["intermission.yml", "out.json"]);
    expect(await stateOf(cloud)).toEqual(before);
    expect(cloud.bugs).toEqual([]);
  }),
);

test("says what differs where AWS is the other way round", { timeout: 60_000 }, () =>
  inVirtualTime(async () => {
    const cloud = await noticeboardCloud({
      latencies: [
        ...QUICK.latencies.filter((line) => !line.startsWith("elb")),
        "elb: { rulePropagationMinimumMs: 4000, rulePropagationMaximumMs: 5000 }",
      ],
      switches: {
        stopTaskWaitsForDraining: false,
        stopTaskCutsDraining: true,
        loweredDelayAppliesToDraining: true,
        executionStoppedAtVisible: false,
        rulesSwitchTogether: true,
      },
    });
    const before = await stateOf(cloud);
    const names = [
      "rule-propagation",
      "stop-task",
      "stop-task-deactivating",
      "lower-delay-draining",
      "execution-stopped-at",
    ];
    const { code, results } = await runConfirm(cloud, [...measuring(...names), "--rounds", "1"]);
    expect(code).toBe(1);
    expect(verdicts(results)).toEqual(Object.fromEntries(names.map((name) => [name, "differs"])));
    expect(results[0]?.change).toMatch(/^Raise `timeouts\.close` to \d+s or more$/);
    const [insert] = results[0]!.measured;
    expect(new Set(insert?.values).size).toBe(1);
    expect(await stateOf(cloud)).toEqual(before);
  }),
);

const refusal = (name: string) => Object.assign(new Error("refused"), { name });
const differently: [string, string, (cloud: SimulatedCloud) => Parameters<typeof runConfirm>[2]][] = [
  [
    "fixed-response-headers",
    "Look at the page in a browser",
    ({ runbook }) => ({
      over: {
        http: async (request) => {
          const answer = await runbook.http(request);
          return { ...answer, headers: { ...answer.headers, "content-security-policy": "default-src 'self'" } };
        },
      },
    }),
  ],
  [
    "breaker-count-one",
    "its own guard gives up",
    ({ runbook: { aws } }) => withAws(aws, "ecs", { updateService: refusing(aws, "COUNT") }),
  ],
  [
    "snapshot-clock",
    "not that of its request",
    ({ runbook: { aws } }) =>
      withAws(aws, "rds", {
        snapshot: async (ref) => {
          const found = await aws.rds.snapshot(ref);
          return found && { ...found, requestedAt: "2026-01-01T00:00:00.000Z" };
        },
      }),
  ],
  [
    "foreign-target",
    "Use `leader: service`",
    ({ runbook: { aws } }) =>
      withAws(aws, "loadBalancers", {
        targetHealth: async (arn) => (await aws.loadBalancers.targetHealth(arn)).filter(({ port }) => port === 3000),
      }),
  ],
];

function withAws<Part extends keyof Aws>(aws: Aws, part: Part, methods: Partial<Aws[Part]>) {
  return { over: { aws: { ...aws, [part]: { ...aws[part], ...methods } } } };
}
const refusing =
  (aws: Aws, type: string): Aws["ecs"]["updateService"] =>
  async (input) => {
    if (input.deploymentConfiguration?.deploymentCircuitBreaker?.thresholdConfiguration?.type === type)
      throw refusal("InvalidParameterException");
    return aws.ecs.updateService(input);
  };

test("says what is to be changed because of each answer that differs", { timeout: 60_000 }, () =>
  inVirtualTime(async () => {
    const cloud = await noticeboardCloud(QUICK);
    const before = await stateOf(cloud);
    for (const [name, change, options] of differently) {
      const { results } = await runConfirm(cloud, measuring(name), options(cloud));
      expect(results).toMatchObject([{ name, verdict: "differs", change: expect.stringContaining(change) }]);
    }
    expect(await stateOf(cloud)).toEqual(before);
  }),
);
