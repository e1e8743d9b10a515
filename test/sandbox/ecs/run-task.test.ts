import { expect, test } from "vitest";
import { becomes, NETWORK, onEcs, passes, register, runTask, taskOf } from "./account.ts";

const refusal = (name: string, message: RegExp | string) => ({ name, message: expect.stringMatching(message) });

test(
  "a client token starts its tasks once: the same request again answers the same tasks",
  onEcs(async (account) => {
    const definition = await register(account);
    const first = await runTask(account, definition, { clientToken: "operation-1" });
    await becomes(account, first.taskArn!, "RUNNING");
    const again = await runTask(account, definition, { clientToken: "operation-1" });
    expect(again).toMatchObject({ taskArn: first.taskArn, lastStatus: "RUNNING" });
    expect((await account.client.listTasks({ cluster: "main" })).taskArns).toHaveLength(1);
  }),
);

test(
  "the same client token with other parameters is a ConflictException that names the tasks",
  onEcs(async (account) => {
    const definition = await register(account);
    const first = await runTask(account, definition, { clientToken: "operation-1" });
    await expect(runTask(account, definition, { clientToken: "operation-1", startedBy: "me" })).rejects.toMatchObject({
      name: "ConflictException",
      resourceIds: [first.taskArn],
    });
  }),
);

test(
  "a client token is forgotten an hour after its task stopped, and then starts another task",
  onEcs(async (account) => {
    const definition = await register(account, "batch:1");
    const first = await runTask(account, definition, { clientToken: "operation-1" });
    await becomes(account, first.taskArn!, "STOPPED");
    await passes(3_599_000);
    expect((await runTask(account, definition, { clientToken: "operation-1" })).taskArn).toBe(first.taskArn);
    await passes(2_000);
    expect((await runTask(account, definition, { clientToken: "operation-1" })).taskArn).not.toBe(first.taskArn);
  }),
);

test(
  "a standalone task says who started it and which family it is of, and has no place in a target group",
  onEcs(async (account) => {
    const task = await runTask(account, await register(account), { startedBy: "intermission/op-1" });
    expect(task).toMatchObject({
      startedBy: "intermission/op-1",
      group: "family:web",
      lastStatus: "PROVISIONING",
      desiredStatus: "RUNNING",
      launchType: "FARGATE",
      version: 1,
      availabilityZone: "eu-central-1a",
      attachments: [{ type: "ElasticNetworkInterface" }],
    });
    await becomes(account, task.taskArn!, "RUNNING");
    expect(account.log.after().some((event) => event.kind === "target")).toBe(false);
    const { containers } = await taskOf(account, task.taskArn!);
    expect(containers).toMatchObject(
      [{ name: "app", lastStatus: "RUNNING", imageDigest: /^sha256:/, runtimeId: /./ }].map((one) => ({
        ...one,
        imageDigest: expect.stringMatching(one.imageDigest),
        runtimeId: expect.any(String),
      })),
    );
  }),
);

test(
  "runs up to ten tasks a call",
  onEcs(async (account) => {
    const definition = await register(account);
    await runTask(account, definition, { count: 10 });
    expect((await account.client.listTasks({ cluster: "main" })).taskArns).toHaveLength(10);
    await expect(runTask(account, definition, { count: 11 })).rejects.toMatchObject(
      refusal("InvalidParameterException", "between 1 and 10"),
    );
    await expect(runTask(account, definition, { count: 0 })).rejects.toMatchObject(
      refusal("InvalidParameterException", "between 1 and 10"),
    );
  }),
);

test(
  "copies the tags of its task definition where it is told to",
  onEcs(async (account) => {
    const arn = await register(account);
    await account.client.tagResource({ resourceArn: arn, tags: [{ key: "team", value: "crm" }] });
    const task = await runTask(account, arn, { propagateTags: "TASK_DEFINITION", tags: [{ key: "own", value: "1" }] });
    expect(task.tags).toEqual([
      { key: "team", value: "crm" },
      { key: "own", value: "1" },
    ]);
  }),
);

test.each([
  { what: "a client token over 64 characters", input: { clientToken: "x".repeat(65) }, message: "clientToken" },
  { what: "a startedBy over 128 characters", input: { startedBy: "x".repeat(129) }, message: "startedBy" },
  {
    what: "no network configuration in awsvpc mode",
    input: { networkConfiguration: undefined },
    message: "Network Configuration must be provided when networkMode 'awsvpc' is specified",
  },
  { what: "tags propagated from a service", input: { propagateTags: "SERVICE" as const }, message: "propagateTags" },
  { what: "an unknown launch type", input: { launchType: "MOON" as never }, message: "failed to satisfy constraint" },
  {
    what: "EC2 in a cluster without container instances",
    input: { launchType: "EC2" as const },
    message: "No Container Instances were found in your cluster",
  },
  {
    what: "launch type and strategy together",
    input: { capacityProviderStrategy: [{ capacityProvider: "FARGATE" }] },
    message: "launch type and capacity provider strategy",
  },
  {
    what: "a strategy whose provider the cluster does not have",
    input: { launchType: undefined, capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT" }] },
    message: "not associated with the cluster",
  },
  {
    what: "an override of a container that is not there",
    input: { overrides: { containerOverrides: [{ name: "db" }] } },
    message: "Override for container named db is not a container",
  },
  {
    what: "overrides over 8192 characters",
    input: { overrides: { containerOverrides: [{ name: "app", command: ["x".repeat(8192)] }] } },
    message: "Container Overrides length",
  },
])("refuses $what", ({ input, message }) =>
  onEcs(async (account) => {
    const definition = await register(account);
    await expect(runTask(account, definition, input)).rejects.toMatchObject(
      refusal("InvalidParameterException", message),
    );
    expect((await account.client.listTasks({ cluster: "main" })).taskArns).toEqual([]);
  })(),
);

test(
  "refuses a task definition that does not exist, or was deregistered, and an unknown cluster",
  onEcs(async (account) => {
    const definition = await register(account);
    await account.client.deregisterTaskDefinition({ taskDefinition: definition });
    await expect(runTask(account, definition)).rejects.toMatchObject(
      refusal("ClientException", "TaskDefinition is inactive"),
    );
    await expect(runTask(account, "none:1")).rejects.toMatchObject(
      refusal("ClientException", "TaskDefinition not found"),
    );
    const elsewhere = account.client.runTask({
      cluster: "other",
      taskDefinition: definition,
      networkConfiguration: NETWORK,
    });
    await expect(elsewhere).rejects.toMatchObject(refusal("ClusterNotFoundException", "Cluster not found"));
  }),
);

test(
  "resolves a tag anew for each task",
  onEcs(async (account) => {
    const definition = await register(account);
    const digestOf = async () => {
      const { taskArn } = await runTask(account, definition);
      return (await becomes(account, taskArn!, "RUNNING")).containers![0]!.imageDigest;
    };
    const before = await digestOf();
    account.digests.set("app:1", `sha256:${"1".repeat(64)}`);
    expect(await digestOf()).toBe(`sha256:${"1".repeat(64)}`);
    expect(before).not.toBe(`sha256:${"1".repeat(64)}`);
  }),
);
