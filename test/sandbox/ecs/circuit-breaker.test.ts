import type { UpdateServiceRequest } from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";
import { failureThreshold } from "../../../src/sandbox/cloud/ecs/circuit-breaker.ts";
import {
  type Account,
  createService,
  describe,
  GROUP,
  onEcs,
  passes,
  register,
  steady,
  tasksOf,
  until,
} from "./account.ts";

const breaker = (
  thresholdConfiguration?: { type: "COUNT" | "BOUNDED_PERCENT" | "UNBOUNDED_PERCENT"; value: number },
  rollback = false,
) => ({
  enable: true,
  rollback,
  thresholdConfiguration,
});
const COUNT_1 = { type: "COUNT", value: 1 } as const;

test.each([
  { desired: 1, threshold: undefined, failures: 3, what: "by default half the desired count, at least 3" },
  { desired: 10, threshold: undefined, failures: 5, what: "by default half the desired count" },
  { desired: 1_000, threshold: undefined, failures: 200, what: "by default at most 200" },
  {
    desired: 1_000,
    threshold: { type: "UNBOUNDED_PERCENT", value: 50 },
    failures: 500,
    what: "UNBOUNDED_PERCENT without bounds",
  },
  { desired: 100, threshold: { type: "COUNT", value: 1 }, failures: 1, what: "COUNT as it is" },
] as const)(
  "a deployment of $desired tasks is given up after $failures failures: $what",
  ({ desired, threshold, failures }) => {
    expect(failureThreshold(breaker(threshold), desired)).toBe(failures);
  },
);

const update = (account: Account, input: Partial<UpdateServiceRequest>) =>
  account.client.updateService({ cluster: "main", service: "web", ...input });

test(
  "a FAILED deployment starts no more tasks",
  onEcs(async (account) => {
    const configuration = { deploymentCircuitBreaker: breaker() };
    await createService(account, await register(account, "nowhere:1"), { deploymentConfiguration: configuration });
    await until(async () => (await describe(account)).deployments![0]!.rolloutState === "FAILED");
    const failed = await describe(account);
    expect(failed.deployments).toMatchObject([
      {
        status: "PRIMARY",
        failedTasks: 3,
        rolloutStateReason: "ECS deployment circuit breaker: tasks failed to start.",
      },
    ]);
    expect(failed.events!.map(({ message }) => message)).toContain(
      `(service web) (deployment ${failed.deployments![0]!.id}) deployment failed: tasks failed to start.`,
    );
    await passes(600_000);
    expect(await tasksOf(account)).toEqual([]);
    expect(await tasksOf(account, "STOPPED")).toHaveLength(3);
  }),
);

test(
  "without the circuit breaker the scheduler tries again for ever",
  onEcs(async (account) => {
    await createService(account, await register(account, "nowhere:1"));
    await passes(600_000);
    const [deployment] = (await describe(account)).deployments!;
    expect(deployment!.rolloutState).toBe("IN_PROGRESS");
    expect(deployment!.failedTasks).toBeGreaterThan(10);
  }),
);

test(
  "rollback goes back to the last COMPLETED deployment as a new one, and keeps the tasks of the old that still run",
  onEcs(async (account) => {
    const good = await register(account);
    await createService(account, good, {
      deploymentConfiguration: { deploymentCircuitBreaker: breaker(COUNT_1, true) },
    });
    await steady(account);
    const before = await describe(account);
    const running = await tasksOf(account);
    await update(account, { taskDefinition: await register(account, "nowhere:1") });
    const bad = (await describe(account)).deployments![0]!.id!;
    await until(async () => (await describe(account)).taskDefinition === good);
    const rolledBack = (await describe(account)).deployments!;
    expect(rolledBack).toMatchObject([
      {
        status: "PRIMARY",
        rolloutStateReason: `ECS deployment circuit breaker: rolling back to deploymentId ${before.deployments![0]!.id}`,
      },
      { id: bad, status: "ACTIVE", rolloutState: "FAILED" },
    ]);
    expect(rolledBack[0]!.id).not.toBe(before.deployments![0]!.id);
    await steady(account);
    expect(await tasksOf(account)).toEqual(running);
    const { serviceDeployments } = await account.client.listServiceDeployments({ cluster: "main", service: "web" });
    expect(serviceDeployments!.map(({ status }) => status)).toEqual(["ROLLBACK_SUCCESSFUL", "SUCCESSFUL"]);
  }),
);

test(
  "without rollback a FAILED deployment leaves the old tasks alone",
  onEcs(async (account) => {
    await createService(account, await register(account), {
      deploymentConfiguration: { deploymentCircuitBreaker: breaker(COUNT_1) },
    });
    await steady(account);
    const running = await tasksOf(account);
    const bad = await register(account, "nowhere:1");
    await update(account, { taskDefinition: bad });
    await until(async () => (await describe(account)).deployments![0]!.rolloutState === "FAILED");
    await passes(600_000);
    expect(await tasksOf(account)).toEqual(running);
    expect((await describe(account)).taskDefinition).toBe(bad);
  }),
);

test.each([
  { counts: false, state: "IN_PROGRESS" },
  { counts: true, state: "FAILED" },
])(
  "a task that exits after it was RUNNING leaves the deployment $state where the switch says so",
  ({ counts, state }) =>
    onEcs(
      async (account) => {
        account.targets.settings.healthyAfterMs = 3_600_000;
        const configuration = { deploymentCircuitBreaker: breaker(COUNT_1) };
        await createService(account, await register(account, "crash:1"), { deploymentConfiguration: configuration });
        await passes(180_000);
        expect((await describe(account)).deployments![0]!.rolloutState).toBe(state);
      },
      { switches: { breakerCountsExitAfterRunning: counts } },
    )(),
);

test(
  "a task that fails its load balancer's health check counts as a failure",
  onEcs(async (account) => {
    account.targets.settings.healthyAs = "unhealthy";
    const configuration = { deploymentCircuitBreaker: breaker(COUNT_1) };
    await createService(account, await register(account), { deploymentConfiguration: configuration });
    await until(async () => (await describe(account)).deployments![0]!.rolloutState === "FAILED");
    const messages = (await describe(account)).events!.map(({ message }) => message!);
    expect(messages.some((message) => message.includes(`is unhealthy in (target-group ${GROUP})`))).toBe(true);
  }),
);

test(
  "the breaker watches a deployment only until its first steady state: one completed at 0 is not failed by a later scale-up",
  onEcs(async (account) => {
    const configuration = { deploymentCircuitBreaker: breaker(COUNT_1) };
    const definition = await register(account, "nowhere:1");
    await createService(account, definition, { desiredCount: 0, deploymentConfiguration: configuration });
    await steady(account);
    await update(account, { desiredCount: 1 });
    await passes(120_000);
    const { deployments, currentServiceDeployment } = await describe(account);
    expect(deployments).toMatchObject([{ rolloutState: "COMPLETED", failedTasks: 0 }]);
    const { serviceDeployments } = await account.client.describeServiceDeployments({
      serviceDeploymentArns: [currentServiceDeployment!],
    });
    expect(serviceDeployments).toMatchObject([
      { status: "SUCCESSFUL", deploymentCircuitBreaker: { status: "MONITORING_COMPLETE", threshold: 1 } },
    ]);
    expect((await tasksOf(account, "STOPPED")).length).toBeGreaterThan(1);
  }),
);

test.each([
  { reset: true, failed: 0 },
  { reset: false, failed: 1 },
])("resetOnHealthyTask $reset leaves $failed failures after a task became healthy", ({ reset, failed }) =>
  onEcs(async (account) => {
    const deploymentCircuitBreaker = { ...breaker({ type: "COUNT", value: 10 }), resetOnHealthyTask: reset };
    const definition = await register(account);
    await createService(account, definition, { deploymentConfiguration: { deploymentCircuitBreaker } });
    await until(() => account.log.after().some((event) => event.kind === "task" && event.lastStatus === "ACTIVATING"));
    account.ecs.killTask((await tasksOf(account))[0]!);
    await until(async () => (await describe(account)).deployments![0]!.failedTasks === 1);
    await steady(account);
    expect((await describe(account)).deployments).toMatchObject([{ rolloutState: "COMPLETED", failedTasks: failed }]);
  })(),
);
