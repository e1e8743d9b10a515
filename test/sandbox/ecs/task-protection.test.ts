import { describe, expect, it } from "vitest";
import {
  becomes,
  createService,
  describe as describeService,
  onEcs,
  passes,
  register,
  runTask,
  steady,
  taskOf,
  tasksOf,
} from "./account.ts";

const MINUTE = 60_000;

describe("a protected task", () => {
  it(
    "survives a scale-in to 0 until its protection expires",
    onEcs(async (account) => {
      const { client } = account;
      await createService(account, await register(account), { desiredCount: 3, loadBalancers: [] });
      await steady(account);
      const [kept = ""] = await tasksOf(account);
      const { protectedTasks } = await client.updateTaskProtection({
        cluster: "main",
        tasks: [kept],
        protectionEnabled: true,
        expiresInMinutes: 30,
      });
      const expires = protectedTasks![0]!.expirationDate!.getTime();
      expect(expires).toBe(Date.now() + 30 * MINUTE);

      await client.updateService({ cluster: "main", service: "web", desiredCount: 0 });
      await passes(25 * MINUTE);
      expect(await tasksOf(account)).toEqual([kept]);
      const { events } = await describeService(account);
      expect(events?.[0]?.message).toMatch(
        /^\(service web, taskSet ecs-svc\/\d+\) was unable to scale in due to \(reason 1 tasks under protection\)$/,
      );

      await becomes(account, kept, "STOPPED");
      expect(Date.now()).toBeGreaterThan(expires);
    }),
  );

  it(
    "survives a deployment, which does not complete before its protection ends",
    onEcs(async (account) => {
      const { client } = account;
      await createService(account, await register(account), { desiredCount: 2, loadBalancers: [] });
      await steady(account);
      const [kept = ""] = await tasksOf(account);
      await client.updateTaskProtection({ cluster: "main", tasks: [kept], protectionEnabled: true });
      await client.updateService({ cluster: "main", service: "web", taskDefinition: await register(account, "app:2") });
      await passes(60 * MINUTE);
      expect((await taskOf(account, kept)).lastStatus).toBe("RUNNING");
      expect((await describeService(account)).deployments).toMatchObject([
        { status: "PRIMARY", rolloutState: "IN_PROGRESS", runningCount: 2 },
        { status: "ACTIVE", runningCount: 1 },
      ]);
      await client.updateTaskProtection({ cluster: "main", tasks: [kept], protectionEnabled: false });
      await steady(account);
      expect((await taskOf(account, kept)).desiredStatus).toBe("STOPPED");
    }),
  );

  it(
    "is spared when others can be stopped instead",
    onEcs(async (account) => {
      const { client } = account;
      await createService(account, await register(account), { desiredCount: 3, loadBalancers: [] });
      await steady(account);
      const [first = "", second = ""] = await tasksOf(account);
      await client.updateTaskProtection({ cluster: "main", tasks: [first, second], protectionEnabled: true });
      await client.updateService({ cluster: "main", service: "web", desiredCount: 2 });
      await passes(MINUTE);
      expect(new Set(await tasksOf(account))).toEqual(new Set([first, second]));
    }),
  );

  it(
    "is stopped by StopTask as any other",
    onEcs(async (account) => {
      await createService(account, await register(account), { loadBalancers: [] });
      await steady(account);
      const [task = ""] = await tasksOf(account);
      await account.client.updateTaskProtection({ cluster: "main", tasks: [task], protectionEnabled: true });
      await account.client.stopTask({ cluster: "main", task });
      expect((await becomes(account, task, "STOPPED")).stopCode).toBe("UserInitiated");
    }),
  );
});

describe("task protection", () => {
  it(
    "is two hours long by default, and told for tasks and for all of a cluster",
    onEcs(async ({ client, ...account }) => {
      await createService({ client, ...account }, await register({ client, ...account }), {
        desiredCount: 2,
        loadBalancers: [],
      });
      await passes(MINUTE);
      const [task = "", other = ""] = await tasksOf({ client, ...account });
      await client.updateTaskProtection({ cluster: "main", tasks: [task], protectionEnabled: true });
      const { protectedTasks } = await client.getTaskProtection({ cluster: "main", tasks: [task] });
      expect(protectedTasks).toEqual([
        { taskArn: task, protectionEnabled: true, expirationDate: new Date(Date.now() + 120 * MINUTE) },
      ]);
      const all = await client.getTaskProtection({ cluster: "main" });
      expect(all.protectedTasks).toMatchObject([{ taskArn: task }, { taskArn: other, protectionEnabled: false }]);
      await passes(120 * MINUTE);
      const later = await client.getTaskProtection({ cluster: "main", tasks: [task] });
      expect(later.protectedTasks).toEqual([{ taskArn: task, protectionEnabled: false }]);
    }),
  );

  it(
    "cannot be had for a standalone task, nor for one that is not there",
    onEcs(async (account) => {
      const task = await runTask(account, await register(account));
      const missing = "0123456789abcdef0123456789abcdef";
      const { failures } = await account.client.updateTaskProtection({
        cluster: "main",
        tasks: [task.taskArn!, missing],
        protectionEnabled: true,
      });
      expect(failures).toMatchObject([
        { arn: task.taskArn, reason: "TASK_NOT_VALID" },
        { arn: expect.stringContaining(missing), reason: "MISSING" },
      ]);
    }),
  );

  it(
    "lasts 1 to 2880 minutes",
    onEcs(async ({ client }) => {
      for (const expiresInMinutes of [0, 2_881])
        await expect(
          client.updateTaskProtection({ cluster: "main", tasks: ["x"], protectionEnabled: true, expiresInMinutes }),
        ).rejects.toThrow("expiresInMinutes");
    }),
  );
});
