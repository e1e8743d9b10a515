import { expect, test } from "vitest";
import {
  at,
  becomes,
  createService,
  DELAY_MS,
  onEcs,
  passes,
  register,
  runTask,
  steady,
  TICK_MS,
  taskOf,
  tasksOf,
  until,
} from "./account.ts";

test(
  "StopTask on a running service task waits for draining before SIGTERM, and the service replaces it meanwhile",
  onEcs(async (account) => {
    await createService(account, await register(account));
    await steady(account);
    const [first] = await tasksOf(account);
    const { task } = await account.client.stopTask({ cluster: "main", task: first!, reason: "by hand" });
    expect(task).toMatchObject({ desiredStatus: "STOPPED", lastStatus: "DEACTIVATING" });
    expect(task).toMatchObject({ stopCode: "UserInitiated", stoppedReason: "by hand" });
    await until(async () => (await tasksOf(account)).length === 1);
    const [second] = await tasksOf(account);
    await becomes(account, second!, "RUNNING");
    expect(second).not.toBe(first);
    expect((await taskOf(account, first!)).lastStatus).toBe("DEACTIVATING");
    await becomes(account, first!, "STOPPED");
    expect(at(account, first!, "SIGTERM") - at(account, first!, "DEACTIVATING")).toBeGreaterThanOrEqual(DELAY_MS);
    expect(at(account, second!, "started")).toBeLessThan(at(account, first!, "ended"));
  }),
);

test(
  "StopTask on a running service task sends SIGTERM at once where it does not wait for draining; the target is deregistered a tick later",
  onEcs(
    async (account) => {
      await createService(account, await register(account));
      await steady(account);
      const [task] = await tasksOf(account);
      await account.client.stopTask({ cluster: "main", task: task! });
      const told = account.world.clock.now();
      expect(at(account, task!, "SIGTERM")).toBe(told);
      await passes(TICK_MS + 1_000);
      const draining = account.log.after().find((event) => event.kind === "target" && event.state === "draining");
      expect(Date.parse(draining!.at) - told).toBe(TICK_MS);
    },
    { switches: { stopTaskWaitsForDraining: false } },
  ),
);

test.each([
  { cuts: false, outcome: "changes nothing" },
  { cuts: true, outcome: "cuts the wait short" },
])("StopTask on a DEACTIVATING task $outcome where the switch says so", ({ cuts }) =>
  onEcs(
    async (account) => {
      await createService(account, await register(account));
      await steady(account);
      const [task] = await tasksOf(account);
      await account.client.updateService({ cluster: "main", service: "web", desiredCount: 0 });
      await becomes(account, task!, "DEACTIVATING");
      await passes(20_000);
      const told = account.world.clock.now();
      await account.client.stopTask({ cluster: "main", task: task! });
      await becomes(account, task!, "STOPPED");
      const signalled = at(account, task!, "SIGTERM");
      if (cuts) expect(signalled).toBe(told);
      else expect(signalled - told).toBeGreaterThan(DELAY_MS - 20_000);
      expect((await taskOf(account, task!)).stopCode).toBe("ServiceSchedulerInitiated");
    },
    { switches: { stopTaskCutsDraining: cuts } },
  )(),
);

test(
  "StopTask on a STOPPED task is an InvalidParameterException that says it was already stopped",
  onEcs(async (account) => {
    const task = await runTask(account, await register(account, "batch:1"));
    await becomes(account, task.taskArn!, "STOPPED");
    await expect(account.client.stopTask({ cluster: "main", task: task.taskArn! })).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "The referenced task was already stopped.",
    });
  }),
);

test(
  "a standalone task gets SIGTERM at once and is never replaced",
  onEcs(async (account) => {
    const task = await runTask(account, await register(account));
    await becomes(account, task.taskArn!, "RUNNING");
    await passes(5_000);
    await account.client.stopTask({ cluster: "main", task: task.taskArn! });
    expect(at(account, task.taskArn!, "SIGTERM")).toBe(account.world.clock.now());
    await passes(600_000);
    const { taskArns } = await account.client.listTasks({ cluster: "main" });
    expect(taskArns).toEqual([]);
    expect((await taskOf(account, task.taskArn!)).stoppedReason).toBe("Task stopped by user");
  }),
);

test(
  "StopTask refuses a task that is not there, and an identifier that is none",
  onEcs(async (account) => {
    const stop = (task: string) => account.client.stopTask({ cluster: "main", task });
    await expect(stop("0".repeat(32))).rejects.toThrow("The referenced task was not found.");
    await expect(stop("x")).rejects.toThrow("taskId length should be one of [32,36]");
    const elsewhere = `arn:aws:ecs:eu-central-1:111122223333:task/other/${"0".repeat(32)}`;
    await expect(stop(elsewhere)).rejects.toThrow("Identifier is for other. Your cluster is main");
  }),
);
