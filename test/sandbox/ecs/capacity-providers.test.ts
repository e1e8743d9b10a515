import { describe, expect, it } from "vitest";
import {
  type Account,
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

const ASG = {
  autoScalingGroupArn: "arn:aws:autoscaling:eu-central-1:111122223333:autoScalingGroup:1:autoScalingGroupName/crm",
};

const withProviders = (body: (account: Account) => Promise<void>) =>
  onEcs(async (account) => {
    await account.client.createCapacityProvider({ name: "own", autoScalingGroupProvider: ASG });
    await account.client.putClusterCapacityProviders({
      cluster: "main",
      capacityProviders: ["FARGATE", "FARGATE_SPOT", "own"],
      defaultCapacityProviderStrategy: [{ capacityProvider: "FARGATE", weight: 1 }],
    });
    await body(account);
  });

const providersOf = async (account: Account) => {
  const tasks = await Promise.all((await tasksOf(account)).map((arn) => taskOf(account, arn)));
  return tasks.map(({ capacityProviderName = "" }) => capacityProviderName).sort();
};

describe("a capacity provider strategy", () => {
  it(
    "fills each base first and spreads the others by weight",
    withProviders(async (account) => {
      await createService(account, await register(account), {
        launchType: undefined,
        loadBalancers: [],
        desiredCount: 8,
        capacityProviderStrategy: [
          { capacityProvider: "FARGATE", base: 2, weight: 1 },
          { capacityProvider: "FARGATE_SPOT", weight: 2 },
        ],
      });
      await steady(account);
      expect(await providersOf(account)).toEqual([...Array(4).fill("FARGATE"), ...Array(4).fill("FARGATE_SPOT")]);
      expect((await describeService(account)).launchType).toBeUndefined();
    }),
  );

  it(
    "of one's own provider places tasks on its instances only",
    withProviders(async (account) => {
      const join = (attributes: { name: string; value: string }[]) =>
        account.client.registerContainerInstance({ cluster: "main", attributes });
      await join([]);
      const definition = await register(account);
      const input = { launchType: undefined, capacityProviderStrategy: [{ capacityProvider: "own" }] };
      await expect(runTask(account, definition, input)).rejects.toThrow("No Container Instances were found");
      const { containerInstance } = await join([{ name: "sandbox.capacity-provider", value: "own" }]);
      expect(await runTask(account, definition, input)).toMatchObject({
        launchType: "EC2",
        capacityProviderName: "own",
        containerInstanceArn: containerInstance!.containerInstanceArn,
      });
    }),
  );

  it(
    "takes the cluster's where a call names neither provider nor launch type",
    withProviders(async (account) => {
      const task = await runTask(account, await register(account), { launchType: undefined });
      expect(task).toMatchObject({ launchType: "FARGATE", capacityProviderName: "FARGATE" });
    }),
  );

  it(
    "does not mix Fargate with instances, and knows only the cluster's providers",
    withProviders(async (account) => {
      const definition = await register(account);
      const ask = (...names: string[]) =>
        runTask(account, definition, {
          launchType: undefined,
          capacityProviderStrategy: names.map((capacityProvider) => ({ capacityProvider })),
        });
      await expect(ask("FARGATE", "own")).rejects.toThrow("cannot contain both Fargate and Auto Scaling group");
      await expect(ask("other")).rejects.toThrow("not associated with the cluster");
      const { capacityProviders, failures } = await account.client.describeCapacityProviders({
        capacityProviders: ["own", "other"],
      });
      expect(capacityProviders).toMatchObject([{ name: "own", status: "ACTIVE", autoScalingGroupProvider: ASG }]);
      expect(failures).toMatchObject([{ reason: "MISSING" }]);
    }),
  );
});

describe("Spot capacity that is taken back", () => {
  it(
    "ends the task with the stop code SpotInterruption, and its service starts another",
    withProviders(async (account) => {
      await createService(account, await register(account), {
        launchType: undefined,
        loadBalancers: [],
        capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT" }],
      });
      await steady(account);
      const [task = ""] = await tasksOf(account);
      account.ecs.interruptSpot(task);
      expect(await becomes(account, task, "STOPPED")).toMatchObject({
        stopCode: "SpotInterruption",
        stoppedReason: "Your Spot Task was interrupted.",
      });
      await passes(60_000);
      expect(await tasksOf(account)).not.toContain(task);
      expect(await tasksOf(account)).toHaveLength(1);
      expect(() => account.ecs.interruptSpot(task)).toThrow("expected a task on Spot capacity");
    }),
  );

  it(
    "is never a task's on demand",
    withProviders(async (account) => {
      const { taskArn = "" } = await runTask(account, await register(account));
      expect(() => account.ecs.interruptSpot(taskArn)).toThrow("expected a task on Spot capacity");
    }),
  );
});
