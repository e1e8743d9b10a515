import * as autoscaling from "@aws-sdk/client-application-auto-scaling";
import * as dynamo from "@aws-sdk/client-dynamodb";
import * as ecs from "@aws-sdk/client-ecs";
import * as lambda from "@aws-sdk/client-lambda";
import * as rds from "@aws-sdk/client-rds";
import { beforeEach, describe, expect, test } from "vitest";
import { createFaults, type Faults } from "../../../src/sandbox/cloud/faults.ts";
import { inProcess, type ObservedCall } from "../../../src/sandbox/wire/server.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { createToy, EXECUTION, KEY } from "../wire/toy.ts";

let faults: Faults;
let observed: ObservedCall[];
let config: { region: string; maxAttempts: number; credentials: typeof KEY; requestHandler: never };

beforeEach(() => {
  faults = createFaults();
  observed = [];
  const { handle } = createToy({ faults, observe: (call) => observed.push(call) });
  const requestHandler = inProcess(handle, { requestTimeoutMs: 3_000 }) as never;
  config = { region: "us-east-1", maxAttempts: 1, credentials: KEY, requestHandler };
});

const nameAndStatus = (call: Promise<unknown>) =>
  call.then(
    () => "ok",
    ({ name, $metadata }: Error & { $metadata?: { httpStatusCode?: number } }) =>
      `${name} ${$metadata?.httpStatusCode ?? "-"}`,
  );

const runTask = (client: ecs.ECSClient) => client.send(new ecs.RunTaskCommand({ taskDefinition: "job" }));
const countTasks = async (client: ecs.ECSClient) =>
  (await client.send(new ecs.ListTasksCommand({}))).taskArns?.length ?? 0;
const outcomes = () => observed.map(({ operation, outcome, fault }) => [operation, outcome, fault]);

describe("throttle and internal-error are worded as each service words them", () => {
  const calls: [service: string, throttled: string, broken: string, send: () => Promise<unknown>][] = [
    ["ECS", "ThrottlingException 400", "ServerException 500", () => runTask(new ecs.ECSClient(config))],
    [
      "RDS",
      "Throttling 400",
      "InternalFailure 500",
      () => new rds.RDSClient(config).send(new rds.DescribeDBSnapshotsCommand({})),
    ],
    [
      "Lambda",
      "TooManyRequestsException 429",
      "ServiceException 500",
      () =>
        new lambda.LambdaClient(config).send(new lambda.GetDurableExecutionCommand({ DurableExecutionArn: EXECUTION })),
    ],
    [
      "Application Auto Scaling",
      "ThrottlingException 400",
      "InternalServiceException 500",
      () =>
        new autoscaling.ApplicationAutoScalingClient(config).send(
          new autoscaling.RegisterScalableTargetCommand({
            ServiceNamespace: "ecs",
            ResourceId: "service/c/s",
            ScalableDimension: "ecs:service:DesiredCount",
          }),
        ),
    ],
    [
      "DynamoDB",
      "ThrottlingException 400",
      "InternalServerError 500",
      () => new dynamo.DynamoDBClient(config).send(new dynamo.ListTablesCommand({})),
    ],
  ];
  test.each(calls)("%s", async (service, throttled, broken, send) => {
    faults.add({ service, operation: "*", fault: "throttle" });
    expect(await nameAndStatus(send())).toBe(throttled);
    faults.add({ service, operation: "*", fault: "internal-error" });
    expect(await nameAndStatus(send())).toBe(broken);
    expect(await nameAndStatus(send())).toBe("ok");
    expect(observed.map(({ outcome, fault }) => [`${outcome}`, fault])).toEqual([
      [throttled.split(" ")[0], "throttle"],
      [broken.split(" ")[0], "internal-error"],
      ["ok", undefined],
    ]);
  });
});

test("a client with attempts left gets over a throttle", async () => {
  await inVirtualTime(async () => {
    faults.add({ service: "ECS", operation: "RunTask", fault: "throttle", count: 2 });
    await runTask(new ecs.ECSClient({ ...config, maxAttempts: 3 }));
    expect(outcomes()).toEqual([
      ["RunTask", "ThrottlingException", "throttle"],
      ["RunTask", "ThrottlingException", "throttle"],
      ["RunTask", "ok", undefined],
    ]);
  });
});

test("reset has no effect and looks like a broken connection", async () => {
  const client = new ecs.ECSClient(config);
  faults.add({ service: "ECS", operation: "RunTask", fault: "reset" });
  await expect(runTask(client)).rejects.toMatchObject({ name: "TimeoutError", code: "ECONNRESET" });
  expect(await countTasks(client)).toBe(0);
  expect(outcomes()[0]).toEqual(["RunTask", "ConnectionReset", "reset"]);
});

test("lost looks like a broken connection and took effect all the same", async () => {
  const client = new ecs.ECSClient(config);
  faults.add({ service: "ECS", operation: "RunTask", fault: "lost" });
  await expect(runTask(client)).rejects.toMatchObject({ name: "TimeoutError", code: "ECONNRESET" });
  expect(await countTasks(client)).toBe(1);
  expect(outcomes()[0]).toEqual(["RunTask", "ok", "lost"]);
});

test("a retry after a lost answer takes effect twice, as on AWS without a client token", async () => {
  await inVirtualTime(async () => {
    const client = new ecs.ECSClient({ ...config, maxAttempts: 2 });
    faults.add({ service: "ECS", operation: "RunTask", fault: "lost" });
    await runTask(client);
    expect(await countTasks(client)).toBe(2);
  });
});

test("time-out has no effect and ends with the client's patience", async () => {
  await inVirtualTime(async () => {
    const client = new ecs.ECSClient(config);
    faults.add({ service: "ECS", operation: "RunTask", fault: "time-out" });
    const sentAt = Date.now();
    await expect(runTask(client)).rejects.toMatchObject({ name: "TimeoutError", code: "ETIMEDOUT" });
    expect(Date.now() - sentAt).toBe(3_000);
    expect(await countTasks(client)).toBe(0);
    expect(outcomes()[0]).toEqual(["RunTask", "RequestTimeout", "time-out"]);
  });
});

test("time-out ends before the client's patience where its own time is shorter", async () => {
  await inVirtualTime(async () => {
    faults.add({ service: "ECS", operation: "RunTask", fault: "time-out", ms: 1_000 });
    const sentAt = Date.now();
    await expect(runTask(new ecs.ECSClient(config))).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(Date.now() - sentAt).toBe(1_000);
  });
});

test("slow takes effect at once and is answered late", async () => {
  await inVirtualTime(async () => {
    const client = new ecs.ECSClient(config);
    faults.add({ service: "ECS", operation: "RunTask", fault: "slow", ms: 2_000 });
    const sentAt = Date.now();
    const running = runTask(client);
    expect(await countTasks(client)).toBe(1);
    expect(Date.now() - sentAt).toBe(0);
    await running;
    expect(Date.now() - sentAt).toBe(2_000);
  });
});

test("an aborted call ends at once, whatever the endpoint does", async () => {
  await inVirtualTime(async () => {
    const abort = new AbortController();
    faults.add({ service: "ECS", operation: "RunTask", fault: "slow", ms: 2_000 });
    const command = new ecs.RunTaskCommand({ taskDefinition: "job" });
    const running = new ecs.ECSClient(config).send(command, { abortSignal: abort.signal });
    setTimeout(() => abort.abort(), 500);
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
  });
});
