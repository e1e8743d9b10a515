import { expect, test } from "vitest";
import {
  at,
  becomes,
  createService,
  DELAY_MS,
  describe,
  GROUP,
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
  "a task passes through every state of the life cycle in its order",
  onEcs(async (account) => {
    await createService(account, await register(account));
    await steady(account);
    const [task] = await tasksOf(account);
    await account.client.updateService({ cluster: "main", service: "web", desiredCount: 0 });
    await becomes(account, task!, "STOPPED");
    const seen = account.log.after().flatMap((event) => (event.kind === "task" ? [event.lastStatus] : []));
    expect([...new Set(seen)]).toEqual([
      "PROVISIONING",
      "PENDING",
      "ACTIVATING",
      "RUNNING",
      "DEACTIVATING",
      "STOPPING",
      "DEPROVISIONING",
      "STOPPED",
    ]);
  }),
);

test(
  "a container's process starts when PENDING ends, and its target is registered in ACTIVATING",
  onEcs(async (account) => {
    await createService(account, await register(account));
    await until(async () => (await tasksOf(account)).length === 1);
    const [task] = await tasksOf(account);
    await becomes(account, task!, "PENDING");
    expect(account.log.after().some(({ kind }) => kind === "container")).toBe(false);
    expect(account.targets.targets(GROUP)).toEqual([]);
    await becomes(account, task!, "ACTIVATING");
    expect(at(account, task!, "started")).toBe(at(account, task!, "ACTIVATING"));
    await passes(500);
    const { attachments } = await taskOf(account, task!);
    const address = attachments![0]!.details!.find(({ name }) => name === "privateIPv4Address")!.value;
    expect(account.targets.targets(GROUP)).toMatchObject([
      { id: address, port: 8080, state: "initial", by: "service" },
    ]);
    expect(
      (await account.hosts.send(address!, 8080, { method: "GET", path: "/", headers: {}, remoteAddress: "" })).status,
    ).toBe(200);
  }),
);

test(
  "a stopping task behind a load balancer is deregistered a tick later, drains the whole delay, and only then gets SIGTERM",
  onEcs(async (account) => {
    await createService(account, await register(account));
    await steady(account);
    const [task] = await tasksOf(account);
    await account.client.updateService({ cluster: "main", service: "web", desiredCount: 0 });
    await until(async () => (await taskOf(account, task!)).desiredStatus === "STOPPED");
    expect(await taskOf(account, task!)).toMatchObject({
      lastStatus: "DEACTIVATING",
      stopCode: "ServiceSchedulerInitiated",
    });
    expect(account.targets.targets(GROUP)[0]!.state).toBe("healthy");

    await becomes(account, task!, "STOPPED");
    const stopped = at(account, task!, "DEACTIVATING");
    const draining = account.log.after().find((event) => event.kind === "target" && event.state === "draining");
    expect(Date.parse(draining!.at) - stopped).toBe(TICK_MS);
    const signalled = at(account, task!, "SIGTERM");
    expect(signalled - stopped).toBeGreaterThanOrEqual(TICK_MS + DELAY_MS);
    expect(signalled - stopped).toBeLessThan(TICK_MS + DELAY_MS + 2_000);
  }),
);

test(
  "the service counts nothing running and announces its steady state while its task still drains",
  onEcs(async (account) => {
    await createService(account, await register(account));
    await steady(account);
    const [task] = await tasksOf(account);
    await account.client.updateService({ cluster: "main", service: "web", desiredCount: 0 });
    await passes(1_000);
    expect(await describe(account)).toMatchObject({ runningCount: 0, pendingCount: 0, desiredCount: 0 });
    await passes(25_000);
    const { events } = await describe(account);
    expect(
      events!.map(({ message }) => message!.replace(/arn:\S+(?=\))|(?<=task )\w+|ecs-svc\/\d+/g, "…")).slice(0, 4),
    ).toEqual([
      "(service web) has reached a steady state.",
      "(service web, taskSet …) has begun draining connections on 1 tasks.",
      "(service web) deregistered 1 targets in (target-group …)",
      "(service web) has stopped 1 running tasks: (task …).",
    ]);
    expect(await taskOf(account, task!)).toMatchObject({
      lastStatus: "DEACTIVATING",
      containers: [{ lastStatus: "RUNNING" }],
    });
  }),
);

test(
  "executionStoppedAt is when the container ended; STOPPED comes after the network interface is gone",
  onEcs(async (account) => {
    const task = await runTask(account, await register(account));
    await becomes(account, task.taskArn!, "RUNNING");
    await passes(5_000);
    await account.client.stopTask({ cluster: "main", task: task.taskArn! });
    await becomes(account, task.taskArn!, "DEPROVISIONING");
    const { executionStoppedAt, stoppedAt, containers } = await taskOf(account, task.taskArn!);
    expect(executionStoppedAt!.getTime()).toBe(at(account, task.taskArn!, "ended"));
    expect(stoppedAt).toBeUndefined();
    expect(containers).toMatchObject([{ lastStatus: "STOPPED", exitCode: 0 }]);
    await becomes(account, task.taskArn!, "STOPPED");
    const after = await taskOf(account, task.taskArn!);
    expect(after.stoppedAt!.getTime() - executionStoppedAt!.getTime()).toBe(23_000);
  }),
);

test(
  "executionStoppedAt stays hidden during DEPROVISIONING where the switch says so",
  onEcs(
    async (account) => {
      const task = await runTask(account, await register(account, "batch:1"));
      await becomes(account, task.taskArn!, "DEPROVISIONING");
      expect((await taskOf(account, task.taskArn!)).executionStoppedAt).toBeUndefined();
      await becomes(account, task.taskArn!, "STOPPED");
      expect((await taskOf(account, task.taskArn!)).executionStoppedAt).toBeInstanceOf(Date);
    },
    { switches: { executionStoppedAtVisible: false } },
  ),
);

test.each([
  { stopTimeout: undefined, seconds: 30 },
  { stopTimeout: 5, seconds: 5 },
])("a container that ignores SIGTERM gets SIGKILL after its stopTimeout of $seconds s", ({ stopTimeout, seconds }) =>
  onEcs(async (account) => {
    const task = await runTask(account, await register(account, "stubborn:1", { stopTimeout }));
    await becomes(account, task.taskArn!, "RUNNING");
    await passes(5_000);
    await account.client.stopTask({ cluster: "main", task: task.taskArn! });
    await becomes(account, task.taskArn!, "STOPPED");
    expect(at(account, task.taskArn!, "SIGKILL") - at(account, task.taskArn!, "SIGTERM")).toBe(seconds * 1_000);
    expect((await taskOf(account, task.taskArn!)).containers).toMatchObject([{ exitCode: 137 }]);
  })(),
);

test(
  "a task told to stop before its container started never starts it",
  onEcs(async (account) => {
    const task = await runTask(account, await register(account));
    await becomes(account, task.taskArn!, "PENDING");
    await account.client.stopTask({ cluster: "main", task: task.taskArn! });
    await becomes(account, task.taskArn!, "STOPPED");
    expect(account.log.after().some(({ kind }) => kind === "container")).toBe(false);
    expect((await taskOf(account, task.taskArn!)).executionStoppedAt).toBeUndefined();
  }),
);

test(
  "an image that does not exist ends the task with TaskFailedToStart and a CannotPullContainerError",
  onEcs(async (account) => {
    const task = await runTask(account, await register(account, "nowhere:1"));
    await becomes(account, task.taskArn!, "STOPPED");
    const stopped = await taskOf(account, task.taskArn!);
    expect(stopped).toMatchObject({ stopCode: "TaskFailedToStart", desiredStatus: "STOPPED" });
    expect(stopped.stoppedReason).toMatch(/^CannotPullContainerError: .*nowhere:1: not found$/);
    expect(stopped.containers![0]!.reason).toBe(stopped.stoppedReason);
    expect(stopped.containers![0]!.exitCode).toBeUndefined();
  }),
);

test(
  "a container that cannot be started ends the task with TaskFailedToStart, and no container ever ran",
  onEcs(async (account) => {
    const task = await runTask(account, await register(account, "broken:1"));
    const stopped = await becomes(account, task.taskArn!, "STOPPED");
    expect(stopped.stopCode).toBe("TaskFailedToStart");
    expect(stopped.stoppedReason).toMatch(/^CannotStartContainerError: expected a simulated program for broken:1/);
    expect(stopped.executionStoppedAt).toBeUndefined();
    expect(account.log.after().some(({ kind }) => kind === "container")).toBe(false);
  }),
);

test(
  "where one container cannot be started, those that were get SIGTERM",
  onEcs(async (account) => {
    const { taskDefinition } = await account.client.registerTaskDefinition({
      family: "pair",
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      containerDefinitions: [
        { name: "app", image: "app:1" },
        { name: "side", image: "broken:1" },
      ],
    });
    const task = await runTask(account, taskDefinition!.taskDefinitionArn!);
    const stopped = await becomes(account, task.taskArn!, "STOPPED");
    expect(stopped).toMatchObject({ stopCode: "TaskFailedToStart", executionStoppedAt: expect.any(Date) });
    expect(stopped.containers![0]).toMatchObject({ lastStatus: "STOPPED", exitCode: expect.any(Number) });
    expect(stopped.containers![1]!.reason).toBe(stopped.stoppedReason);
  }),
);

test(
  "a container that needs a secret cannot start, since there is no secret store",
  onEcs(async (account) => {
    const secrets = [{ name: "PASSWORD", valueFrom: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:x" }];
    const task = await runTask(account, await register(account, "app:1", { secrets }));
    await becomes(account, task.taskArn!, "STOPPED");
    expect((await taskOf(account, task.taskArn!)).stoppedReason).toMatch(
      /^ResourceInitializationError: unable to pull secrets/,
    );
  }),
);

test(
  "an essential container that exits by itself ends its task, with its exit code",
  onEcs(async (account) => {
    const task = await runTask(account, await register(account, "crash:1"));
    await becomes(account, task.taskArn!, "STOPPED");
    expect(await taskOf(account, task.taskArn!)).toMatchObject({
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [{ exitCode: 1, lastStatus: "STOPPED" }],
    });
  }),
);

test(
  "a container that is not essential may end without its task",
  onEcs(async (account) => {
    const { taskDefinition } = await account.client.registerTaskDefinition({
      family: "pair",
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      containerDefinitions: [
        { name: "app", image: "app:1" },
        { name: "setup", image: "batch:1", essential: false },
      ],
    });
    const task = await runTask(account, taskDefinition!.taskDefinitionArn!);
    await until(async () => (await taskOf(account, task.taskArn!)).containers![1]!.lastStatus === "STOPPED");
    await passes(60_000);
    expect(await taskOf(account, task.taskArn!)).toMatchObject({
      lastStatus: "RUNNING",
      containers: [{ lastStatus: "RUNNING" }, { exitCode: 0 }],
    });
  }),
);

test(
  "killTask looks to ECS like a container that died: exit code 137",
  onEcs(async (account) => {
    const task = await runTask(account, await register(account));
    expect(() => account.ecs.killTask(task.taskArn!)).toThrow("expected a running task");
    await becomes(account, task.taskArn!, "RUNNING");
    account.ecs.killTask(task.taskArn!);
    await passes(0);
    expect(await taskOf(account, task.taskArn!)).toMatchObject({
      stopCode: "EssentialContainerExited",
      containers: [{ exitCode: 137 }],
    });
  }),
);

test(
  "a stopped task is visible for one hour, and MISSING after",
  onEcs(async (account) => {
    const task = await runTask(account, await register(account, "batch:1"));
    await becomes(account, task.taskArn!, "STOPPED");
    await passes(3_599_000);
    expect((await taskOf(account, task.taskArn!)).lastStatus).toBe("STOPPED");
    await passes(1_000);
    const { tasks, failures } = await account.client.describeTasks({ cluster: "main", tasks: [task.taskArn!] });
    expect(tasks).toEqual([]);
    expect(failures).toEqual([{ arn: task.taskArn, reason: "MISSING" }]);
  }),
);

test(
  "a container's start is recorded with its whole environment, before anything the container does",
  onEcs(async (account) => {
    const definition = await register(account, "app:1", {
      environment: [
        { name: "MODE", value: "plain" },
        { name: "KEEP", value: "1" },
      ],
    });
    await runTask(account, definition, {
      overrides: { containerOverrides: [{ name: "app", environment: [{ name: "MODE", value: "leader" }] }] },
    });
    await until(() => account.log.after().some((event) => event.kind === "container"));
    const started = account.log.after().find((event) => event.kind === "container");
    expect(started).toMatchObject({
      change: "started",
      container: "app",
      image: "app:1",
      environment: { FROM_IMAGE: "yes", MODE: "leader", KEEP: "1", AWS_REGION: "eu-central-1" },
    });
  }),
);

test(
  "once ECS is stopped nothing moves any more, and no health check runs",
  onEcs(async (account) => {
    const task = await runTask(
      account,
      await register(account, "app:1", { healthCheck: { command: ["CMD", "x"], interval: 5 } }),
    );
    await becomes(account, task.taskArn!, "RUNNING");
    await passes(8_000);
    await account.ecs.stop();
    const events = account.log.after().length;
    await passes(600_000);
    expect(account.log.after()).toHaveLength(events);
    await expect(
      account.hosts.send("10.0.0.5", 8080, { method: "GET", path: "/", headers: {}, remoteAddress: "" }),
    ).rejects.toThrow("ECONNREFUSED");
  }),
);
