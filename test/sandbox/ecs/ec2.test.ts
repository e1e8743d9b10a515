import type { ContainerDefinition, RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import {
  type Account,
  becomes,
  createService,
  describe as describeService,
  onEcs,
  passes,
  register,
  steady,
  taskOf,
  tasksOf,
} from "./account.ts";

const INSTANCE_GROUP = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/instances/0123456789abcdef";

/** An instance with that much CPU and memory joins the cluster. */
async function join({ client }: Account, { cpu = 1024, memory = 2048, provider = "", ports = [] as string[] } = {}) {
  const { containerInstance } = await client.registerContainerInstance({
    cluster: "main",
    totalResources: [
      { name: "CPU", type: "INTEGER", integerValue: cpu },
      { name: "MEMORY", type: "INTEGER", integerValue: memory },
      { name: "PORTS", type: "STRINGSET", stringSetValue: ports },
    ],
    attributes: provider ? [{ name: "sandbox.capacity-provider", value: provider }] : [],
  });
  return containerInstance!;
}

/** A definition for instances: 256 CPU units and 512 MiB, in a bridge with a dynamic port unless said otherwise. */
async function onInstances(
  { client }: Account,
  container: Partial<ContainerDefinition> = {},
  more: Partial<RegisterTaskDefinitionRequest> = {},
) {
  const { taskDefinition } = await client.registerTaskDefinition({
    family: "bridged",
    networkMode: "bridge",
    ...more,
    containerDefinitions: [
      { name: "app", image: "app:1", cpu: 256, memory: 512, portMappings: [{ containerPort: 8080 }], ...container },
    ],
  });
  return taskDefinition!.taskDefinitionArn!;
}

const run = ({ client }: Account, taskDefinition: string, count = 1) =>
  client.runTask({ cluster: "main", taskDefinition, launchType: "EC2", count });

const serve = (account: Account, taskDefinition: string, more: object = {}) =>
  createService(account, taskDefinition, {
    launchType: "EC2",
    networkConfiguration: undefined,
    loadBalancers: [],
    ...more,
  });

const lastEvent = async (account: Account) => (await describeService(account)).events?.[0]?.message ?? "";

describe("a task on a container instance", () => {
  it(
    "is reached at the instance's address, by a dynamic host port that networkBindings tells",
    onEcs(async (account) => {
      const instance = await join(account);
      const { tasks } = await run(account, await onInstances(account), 2);
      const [one, two] = await Promise.all(tasks!.map(({ taskArn = "" }) => becomes(account, taskArn, "RUNNING")));
      expect(one).toMatchObject({
        launchType: "EC2",
        containerInstanceArn: instance.containerInstanceArn,
        attachments: [],
      });
      expect([one, two].map((task) => task!.containers![0]!.networkBindings)).toEqual([
        [{ bindIP: "0.0.0.0", containerPort: 8080, hostPort: 32_768, protocol: "tcp" }],
        [{ bindIP: "0.0.0.0", containerPort: 8080, hostPort: 32_769, protocol: "tcp" }],
      ]);
      await passes(1);
      const started = account.log.after().find((event) => event.kind === "container" && event.change === "started");
      const host = started?.kind === "container" ? started.address : "";
      const request = { method: "GET", path: "/", headers: {}, remoteAddress: "10.0.0.1" };
      expect(await account.hosts.send(host, 32_769, request)).toMatchObject({ status: 200 });
    }),
  );

  it(
    "has its container's own port in the host's network",
    onEcs(async (account) => {
      await join(account);
      const { tasks } = await run(account, await onInstances(account, {}, { networkMode: "host" }));
      const task = await becomes(account, tasks![0]!.taskArn!, "RUNNING");
      expect(task.containers![0]!.networkBindings).toMatchObject([{ containerPort: 8080, hostPort: 8080 }]);
    }),
  );

  it.each([
    ["memory", {}, { memory: 700 }, "RESOURCE:MEMORY"],
    ["CPU", {}, { cpu: 300 }, "RESOURCE:CPU"],
    ["ports", { portMappings: [{ containerPort: 8080, hostPort: 80 }] }, {}, "RESOURCE:PORTS"],
  ])("is not placed for want of %s: a failure for each instance, and no error", (_what, container, size, reason) =>
    onEcs(async (account) => {
      const { containerInstanceArn } = await join(account, size);
      const definition = await onInstances(account, container);
      const { tasks, failures } = await run(account, definition, 2);
      expect(tasks).toHaveLength(1);
      expect(failures).toEqual([{ arn: containerInstanceArn, reason }]);
    })(),
  );

  it(
    "leaves its resources to others once it has ended",
    onEcs(async (account) => {
      const { containerInstanceArn = "" } = await join(account, { cpu: 300 });
      const definition = await onInstances(account);
      const { tasks } = await run(account, definition);
      await becomes(account, tasks![0]!.taskArn!, "RUNNING");
      const look = async () => {
        const { containerInstances } = await account.client.describeContainerInstances({
          cluster: "main",
          containerInstances: [containerInstanceArn],
        });
        return containerInstances![0]!;
      };
      expect(await look()).toMatchObject({ runningTasksCount: 1, status: "ACTIVE", agentConnected: true });
      expect((await look()).remainingResources).toContainEqual({ name: "CPU", type: "INTEGER", integerValue: 44 });
      await account.client.stopTask({ cluster: "main", task: tasks![0]!.taskArn });
      await becomes(account, tasks![0]!.taskArn!, "STOPPED");
      expect((await run(account, definition)).tasks).toHaveLength(1);
    }),
  );
});

describe("a service on container instances", () => {
  it(
    "is spread over the instances, and is a target by instance id and host port",
    onEcs(async (account) => {
      account.targets.addGroup(INSTANCE_GROUP, { targetType: "instance" });
      const instances = [await join(account), await join(account)];
      await serve(account, await onInstances(account), {
        desiredCount: 2,
        loadBalancers: [{ targetGroupArn: INSTANCE_GROUP, containerName: "app", containerPort: 8080 }],
      });
      await steady(account);
      const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
      expect(account.targets.targets(INSTANCE_GROUP).toSorted(byId)).toMatchObject(
        instances.map(({ ec2InstanceId }) => ({ id: ec2InstanceId!, port: 32_768 })).sort(byId),
      );
    }),
  );

  it(
    "says why it cannot place a task, once, and places it as soon as there is room",
    onEcs(async (account) => {
      const small = await join(account, { memory: 600 });
      await serve(account, await onInstances(account), { desiredCount: 2 });
      await passes(60_000);
      const id = small.containerInstanceArn!.split("/").at(-1);
      const complaints = () =>
        describeService(account).then(({ events }) =>
          events!.filter(({ message }) => message?.includes("unable to place")),
        );
      expect((await complaints()).map(({ message }) => message)).toEqual([
        `(service web) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance ${id}) has insufficient memory available.`,
      ]);
      expect((await tasksOf(account)).length).toBe(1);
      await join(account);
      await steady(account);
      expect((await tasksOf(account)).length).toBe(2);
      expect(await complaints()).toHaveLength(1);
    }),
  );

  it(
    "cannot start its new task beside the old one where both want the same host port",
    onEcs(async (account) => {
      await join(account);
      const fixed = { portMappings: [{ containerPort: 8080, hostPort: 80 }] };
      await serve(account, await onInstances(account, fixed));
      await steady(account);
      const taskDefinition = await onInstances(account, { ...fixed, image: "app:2" });
      await account.client.updateService({ cluster: "main", service: "web", taskDefinition });
      await passes(10 * 60_000);
      expect(await lastEvent(account)).toMatch(/is already using a port required by your task\.$/);
      await account.client.updateService({
        cluster: "main",
        service: "web",
        deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 100 },
      });
      await steady(account);
      const [task = ""] = await tasksOf(account);
      expect((await taskOf(account, task)).taskDefinitionArn).toBe(taskDefinition);
    }),
  );

  it(
    "leaves an instance that drains, and loses what ran on one that is gone",
    onEcs(async (account) => {
      const [first, second] = [await join(account), await join(account)];
      await serve(account, await onInstances(account), { desiredCount: 2 });
      await steady(account);
      const where = async (arn = "") =>
        (await account.client.listTasks({ cluster: "main", containerInstance: arn })).taskArns!.length;
      await account.client.updateContainerInstancesState({
        cluster: "main",
        containerInstances: [first.containerInstanceArn!],
        status: "DRAINING",
      });
      await passes(5 * 60_000);
      expect([await where(first.containerInstanceArn), await where(second.containerInstanceArn)]).toEqual([0, 2]);

      const third = await join(account);
      const gone = { cluster: "main", containerInstance: second.containerInstanceArn };
      await expect(account.client.deregisterContainerInstance(gone)).rejects.toThrow("Found running tasks");
      await account.client.deregisterContainerInstance({ ...gone, force: true });
      await passes(5 * 60_000);
      expect(await where(third.containerInstanceArn)).toBe(2);
    }),
  );

  it(
    "of the daemon strategy runs one task on each instance, also on those that come later",
    onEcs(async (account) => {
      const definition = await onInstances(account);
      await join(account);
      await serve(account, definition, { schedulingStrategy: "DAEMON", desiredCount: undefined });
      await steady(account);
      expect(await describeService(account)).toMatchObject({
        schedulingStrategy: "DAEMON",
        desiredCount: 1,
        runningCount: 1,
      });
      await join(account);
      await passes(5 * 60_000);
      expect(await describeService(account)).toMatchObject({ desiredCount: 2, runningCount: 2 });
      const all = await account.client.listServices({ cluster: "main", schedulingStrategy: "DAEMON" });
      expect(all.serviceArns).toHaveLength(1);
      await expect(account.client.updateService({ cluster: "main", service: "web", desiredCount: 0 })).rejects.toThrow(
        "The daemon scheduling strategy does not support a desired count for services.",
      );
    }),
  );

  it(
    "cannot be in a target group of addresses without addresses of its own, nor the other way round",
    onEcs(async (account) => {
      await join(account);
      const loadBalancers = (targetGroupArn: string) => [{ targetGroupArn, containerName: "app", containerPort: 8080 }];
      account.targets.addGroup(INSTANCE_GROUP, { targetType: "instance" });
      const { client: _client } = account;
      const ipGroup = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/web/0123456789abcdef";
      await expect(
        serve(account, await onInstances(account), { loadBalancers: loadBalancers(ipGroup) }),
      ).rejects.toThrow("target type ip, which is incompatible with the bridge network mode");
      await expect(
        createService(account, await register(account), { loadBalancers: loadBalancers(INSTANCE_GROUP) }),
      ).rejects.toThrow("target type instance, which is incompatible with the awsvpc network mode");
    }),
  );
});
