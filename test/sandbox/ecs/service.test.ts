import { expect, test } from "vitest";
import {
  at,
  becomes,
  createService,
  describe,
  GROUP,
  NETWORK,
  onEcs,
  passes,
  register,
  steady,
  taskOf,
  tasksOf,
  until,
} from "./account.ts";

const update = (account: Parameters<typeof describe>[0], input: object) =>
  account.client.updateService({ cluster: "main", service: "web", ...input }).then(({ service }) => service!);

test(
  "a service describes what a careful client reads",
  onEcs(async (account) => {
    const definition = await register(account);
    await createService(account, definition, { desiredCount: 2, tags: [{ key: "team", value: "crm" }] });
    await steady(account);
    const { services } = await account.client.describeServices({
      cluster: "main",
      services: ["web"],
      include: ["TAGS"],
    });
    expect(services![0]).toMatchObject({
      serviceArn: "arn:aws:ecs:eu-central-1:111122223333:service/main/web",
      clusterArn: "arn:aws:ecs:eu-central-1:111122223333:cluster/main",
      status: "ACTIVE",
      desiredCount: 2,
      runningCount: 2,
      pendingCount: 0,
      taskDefinition: definition,
      launchType: "FARGATE",
      platformVersion: "LATEST",
      schedulingStrategy: "REPLICA",
      deploymentController: { type: "ECS" },
      availabilityZoneRebalancing: "ENABLED",
      healthCheckGracePeriodSeconds: 0,
      enableExecuteCommand: false,
      propagateTags: "NONE",
      networkConfiguration: NETWORK,
      loadBalancers: [{ targetGroupArn: GROUP, containerName: "app", containerPort: 8080 }],
      deploymentConfiguration: {
        minimumHealthyPercent: 100,
        maximumPercent: 200,
        strategy: "ROLLING",
        deploymentCircuitBreaker: { enable: false, rollback: false },
      },
      deployments: [
        {
          id: expect.stringMatching(/^ecs-svc\/\d{19}$/),
          status: "PRIMARY",
          taskDefinition: definition,
          desiredCount: 2,
          runningCount: 2,
          pendingCount: 0,
          failedTasks: 0,
          rolloutState: "COMPLETED",
          rolloutStateReason: expect.stringMatching(/^ECS deployment ecs-svc\/\d+ completed\.$/),
        },
      ],
      tags: [{ key: "team", value: "crm" }],
    });
    const [task] = await tasksOf(account);
    expect(await taskOf(account, task!)).toMatchObject({
      group: "service:web",
      startedBy: services![0]!.deployments![0]!.id,
    });
  }),
);

test(
  "a service replaces a task that died",
  onEcs(async (account) => {
    await createService(account, await register(account));
    await steady(account);
    const [first] = await tasksOf(account);
    account.ecs.killTask(first!);
    await until(async () => (await tasksOf(account)).length === 0);
    await until(async () => (await tasksOf(account)).length === 1);
    expect((await taskOf(account, first!)).stopCode).toBe("EssentialContainerExited");
  }),
);

test(
  "desiredCount and deploymentConfiguration alone start no new deployment; task definition, network and force do",
  onEcs(async (account) => {
    const first = await register(account);
    await createService(account, first);
    await steady(account);
    const id = async () => (await describe(account)).deployments![0]!.id;
    const before = await id();
    await update(account, {
      desiredCount: 2,
      deploymentConfiguration: { maximumPercent: 150 },
      healthCheckGracePeriodSeconds: 60,
      taskDefinition: first,
    });
    expect(await id()).toBe(before);
    const ids = [before];
    for (const change of [
      { taskDefinition: await register(account, "app:2") },
      { networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-9"] } } },
      { forceNewDeployment: true },
    ]) {
      const service = await update(account, change);
      expect(service.deployments!.map(({ status }) => status)[0]).toBe("PRIMARY");
      ids.push(service.deployments![0]!.id);
    }
    expect(new Set(ids).size).toBe(4);
  }),
);

test(
  "UpdateService keeps what is left out of the circuit breaker",
  onEcs(async (account) => {
    await createService(account, await register(account));
    const breaker = {
      enable: true,
      rollback: true,
      resetOnHealthyTask: false,
      thresholdConfiguration: { type: "COUNT", value: 1 },
    };
    await update(account, { deploymentConfiguration: { deploymentCircuitBreaker: breaker } });
    await update(account, { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } });
    expect((await describe(account)).deploymentConfiguration).toMatchObject({
      deploymentCircuitBreaker: { ...breaker, rollback: false },
      minimumHealthyPercent: 100,
    });
  }),
);

test.each([
  { completes: true, state: "COMPLETED" },
  { completes: false, state: "IN_PROGRESS" },
])("a deployment made at desired count 0 is $state a tick later where the switch says so", ({ completes, state }) =>
  onEcs(
    async (account) => {
      await createService(account, await register(account), { desiredCount: 0 });
      await update(account, { taskDefinition: await register(account, "app:2") });
      await passes(21_000);
      const { deployments } = await describe(account);
      expect(deployments![0]!.rolloutState).toBe(state);
      if (completes) expect(deployments).toHaveLength(1);
    },
    { switches: { deploymentAtZeroCompletes: completes } },
  )(),
);

test(
  "with 100 and 200 percent the new task runs before the old one is told to stop: two versions at once",
  onEcs(async (account) => {
    await createService(account, await register(account));
    await steady(account);
    const [old] = await tasksOf(account);
    await update(account, { taskDefinition: await register(account, "app:2") });
    await until(async () => (await describe(account)).deployments!.length === 1);
    const [fresh] = await tasksOf(account);
    expect(at(account, fresh!, "RUNNING")).toBeLessThan(at(account, old!, "DEACTIVATING"));
  }),
);

test(
  "with 0 and 100 percent the old task is told to stop first, and its replacement starts while it still drains: maximumPercent does not count it",
  onEcs(async (account) => {
    await createService(account, await register(account), {
      deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 100 },
    });
    await steady(account);
    const [old] = await tasksOf(account);
    await update(account, { taskDefinition: await register(account, "app:2") });
    await becomes(account, old!, "STOPPED");
    const [fresh] = await tasksOf(account);
    expect(at(account, old!, "DEACTIVATING")).toBeLessThan(at(account, fresh!, "PROVISIONING"));
    expect(at(account, fresh!, "started")).toBeLessThan(at(account, old!, "ended"));
  }),
);

test(
  "a task whose target is unhealthy is replaced: the replacement first, where maximumPercent has room",
  onEcs(async (account) => {
    await createService(account, await register(account));
    await steady(account);
    const [sick] = await tasksOf(account);
    account.targets.fail(GROUP, account.targets.targets(GROUP)[0]!.id);
    await becomes(account, sick!, "DEACTIVATING");
    const [fresh] = await tasksOf(account);
    expect(at(account, fresh!, "RUNNING")).toBeLessThan(at(account, sick!, "DEACTIVATING"));
    expect((await taskOf(account, sick!)).stoppedReason).toBe(
      `Task failed ELB health checks in (target-group ${GROUP})`,
    );
  }),
);

test(
  "an unhealthy target is ignored while the grace period lasts",
  onEcs(async (account) => {
    account.targets.settings.healthyAs = "unhealthy";
    await createService(account, await register(account), { healthCheckGracePeriodSeconds: 600 });
    await until(async () => (await tasksOf(account)).length === 1);
    const [task] = await tasksOf(account);
    await becomes(account, task!, "RUNNING");
    await passes(590_000);
    expect(await tasksOf(account)).toEqual([task]);
    await passes(20_000);
    expect(await tasksOf(account)).not.toEqual([task]);
  }),
);

test(
  "a container that fails its health check makes the task UNHEALTHY, and the service replaces it",
  onEcs(async (account) => {
    const healthCheck = { command: ["CMD-SHELL", "true"], interval: 5, retries: 2, startPeriod: 20 };
    const definition = await register(account, "sick:1", { healthCheck });
    await createService(account, definition, { loadBalancers: [] });
    await until(async () => (await tasksOf(account)).length === 1);
    const [task] = await tasksOf(account);
    await becomes(account, task!, "RUNNING");
    await passes(29_000);
    expect((await taskOf(account, task!)).healthStatus).toBe("UNKNOWN");
    await passes(2_000);
    expect(await taskOf(account, task!)).toMatchObject({
      healthStatus: "UNHEALTHY",
      containers: [{ healthStatus: "UNHEALTHY" }],
    });
    await becomes(account, task!, "STOPPED");
    expect((await taskOf(account, task!)).stoppedReason).toBe("Task failed container health checks");
  }),
);

test(
  "a container that passes its health check makes the task HEALTHY",
  onEcs(async (account) => {
    const definition = await register(account, "app:1", { healthCheck: { command: ["CMD", "check"] } });
    await createService(account, definition);
    await steady(account);
    const [task] = await tasksOf(account);
    expect(await taskOf(account, task!)).toMatchObject({ healthStatus: "HEALTHY" });
  }),
);

test(
  "a tag that moves changes nothing for further tasks of the same deployment; a new deployment resolves it anew",
  onEcs(async (account) => {
    await createService(account, await register(account));
    await steady(account);
    const digests = async () => {
      const { tasks } = await account.client.describeTasks({ cluster: "main", tasks: await tasksOf(account) });
      return new Set(tasks!.map(({ containers }) => containers![0]!.imageDigest));
    };
    const before = await digests();
    account.digests.set("app:1", `sha256:${"2".repeat(64)}`);
    await update(account, { desiredCount: 3 });
    await until(async () => (await describe(account)).runningCount === 3);
    expect(await digests()).toEqual(before);
    await update(account, { forceNewDeployment: true });
    await until(async () => (await describe(account)).deployments!.length === 1);
    expect(await digests()).toEqual(new Set([`sha256:${"2".repeat(64)}`]));
  }),
);

test(
  "Application Auto Scaling sees and sets the desired count",
  onEcs(async (account) => {
    await createService(account, await register(account));
    const { counts } = account.ecs;
    expect(counts.desiredCount("service/main/web")).toBe(1);
    expect(counts.desiredCount("service/main/none")).toBeUndefined();
    counts.setDesiredCount("service/main/web", 3, "minimum capacity");
    await until(async () => (await describe(account)).runningCount === 3);
  }),
);

test(
  "a deleted service drains, becomes INACTIVE and can be created again",
  onEcs(async (account) => {
    const definition = await register(account);
    await createService(account, definition);
    await steady(account);
    await expect(account.client.deleteService({ cluster: "main", service: "web" })).rejects.toThrow(
      "The service cannot be stopped while it is scaled above 0.",
    );
    await account.client.deleteService({ cluster: "main", service: "web", force: true });
    expect((await describe(account)).status).toBe("DRAINING");
    await expect(update(account, { desiredCount: 1 })).rejects.toMatchObject({ name: "ServiceNotActiveException" });
    await until(async () => (await describe(account)).status === "INACTIVE");
    await createService(account, definition);
    await steady(account);
    expect((await describe(account)).status).toBe("ACTIVE");
  }),
);

test("a service in its steady state has nothing scheduled, so that virtual time can end", async () => {
  const waiting = onEcs(async (account) => {
    await createService(account, await register(account));
    await steady(account);
    await new Promise(() => {});
  });
  await expect(waiting()).rejects.toThrow("virtual time stands still");
});

test(
  "a service keeps its last hundred events, newest first",
  onEcs(async (account) => {
    await createService(account, await register(account, "nowhere:1"));
    await passes(3_600_000);
    const { events } = await describe(account);
    expect(events).toHaveLength(100);
    expect(events![0]!.createdAt!.getTime()).toBeGreaterThan(events![99]!.createdAt!.getTime());
  }),
);

test(
  "a task's address is known once PROVISIONING is over",
  onEcs(async (account) => {
    await createService(account, await register(account));
    await until(async () => (await tasksOf(account)).length === 1);
    const [task] = await tasksOf(account);
    const names = async () => (await taskOf(account, task!)).attachments![0]!.details!.map(({ name }) => name);
    expect(await names()).toEqual(["subnetId"]);
    await becomes(account, task!, "PENDING");
    expect(await names()).toEqual(["subnetId", "networkInterfaceId", "privateIPv4Address"]);
  }),
);
