import { expect, test } from "vitest";
import { becomes, createService, onEcs, passes, register, runTask, steady, tasksOf } from "./account.ts";

test(
  "a task told to stop vanishes from the default listing at once and is under STOPPED, while it still runs",
  onEcs(async (account) => {
    await createService(account, await register(account), { desiredCount: 2 });
    await steady(account);
    const before = await tasksOf(account);
    await account.client.updateService({ cluster: "main", service: "web", desiredCount: 0 });
    await becomes(account, before[0]!, "DEACTIVATING");
    expect(await tasksOf(account)).toEqual([]);
    expect(await tasksOf(account, "STOPPED")).toEqual(before);
  }),
);

test(
  "the desired status PENDING never lists anything",
  onEcs(async (account) => {
    const task = await runTask(account, await register(account));
    await becomes(account, task.taskArn!, "PENDING");
    const { taskArns } = await account.client.listTasks({ cluster: "main", desiredStatus: "PENDING" });
    expect(taskArns).toEqual([]);
  }),
);

test(
  "lists by service, family, who started it and launch type",
  onEcs(async (account) => {
    const web = await register(account);
    await createService(account, web);
    await steady(account);
    const alone = await runTask(account, web, { startedBy: "me" });
    const job = await runTask(account, await register(account, "batch:1", {}, "job"));
    const list = async (filter: object) => (await account.client.listTasks({ cluster: "main", ...filter })).taskArns;
    const [ofService] = await tasksOf(account);
    expect(await list({ serviceName: "web" })).toEqual([ofService]);
    expect(await list({ family: "web" })).toEqual([ofService, alone.taskArn]);
    expect(await list({ family: "job" })).toEqual([job.taskArn]);
    expect(await list({ startedBy: "me" })).toEqual([alone.taskArn]);
    expect(await list({ launchType: "FARGATE" })).toHaveLength(3);
    expect(await list({ launchType: "EC2" })).toEqual([]);
  }),
);

test.each([
  { filters: { startedBy: "me", serviceName: "web" }, message: "startedBy must be the only filter" },
  { filters: { startedBy: "me", desiredStatus: "STOPPED" as const }, message: "startedBy must be the only filter" },
  { filters: { family: "web", serviceName: "web" }, message: "can't be used together" },
  { filters: { desiredStatus: "DEAD" as never }, message: "failed to satisfy constraint" },
  { filters: { maxResults: 101 }, message: "maxResults" },
  { filters: { nextToken: "nonsense" }, message: "Invalid token" },
])("refuses $filters", ({ filters, message }) =>
  onEcs(async (account) => {
    await expect(account.client.listTasks({ cluster: "main", ...filters })).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: expect.stringContaining(message),
    });
  })(),
);

test(
  "pages through the list with a token",
  onEcs(async (account) => {
    const definition = await register(account);
    await runTask(account, definition, { count: 5 });
    const first = await account.client.listTasks({ cluster: "main", maxResults: 3 });
    const second = await account.client.listTasks({ cluster: "main", maxResults: 3, nextToken: first.nextToken });
    expect(second.nextToken).toBeUndefined();
    expect(new Set([...first.taskArns!, ...second.taskArns!]).size).toBe(5);
  }),
);

test(
  "a service that does not exist is a ServiceNotFoundException",
  onEcs(async (account) => {
    await passes(0);
    await expect(account.client.listTasks({ cluster: "main", serviceName: "none" })).rejects.toMatchObject({
      name: "ServiceNotFoundException",
    });
  }),
);
