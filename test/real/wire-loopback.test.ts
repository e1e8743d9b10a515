import { Agent, get } from "node:http";
import { connect } from "node:net";
import * as ecs from "@aws-sdk/client-ecs";
import * as rds from "@aws-sdk/client-rds";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFaults, type Faults } from "../../src/sandbox/cloud/faults.ts";
import { type Handle, type Listening, listen } from "../../src/sandbox/wire/server.ts";
import { createToy, KEY, STARTED } from "../sandbox/wire/toy.ts";

describe("the SDK's clients over sockets", () => {
  let faults: Faults;
  let server: Listening;
  let client: ecs.ECSClient;
  let config: ecs.ECSClientConfig;

  beforeEach(async () => {
    faults = createFaults();
    server = await listen(createToy({ faults }).handle);
    const requestHandler = { requestTimeout: 2_000, throwOnRequestTimeout: true };
    config = { region: "us-east-1", endpoint: server.url, credentials: KEY, maxAttempts: 1, requestHandler };
    client = new ecs.ECSClient(config);
  });
  afterEach(async () => {
    client.destroy();
    await server.close();
  });

  const runTask = () => client.send(new ecs.RunTaskCommand({ taskDefinition: "job" }));
  const countTasks = async () => (await client.send(new ecs.ListTasksCommand({}))).taskArns?.length;

  test("get what they get in process", async () => {
    const { services } = await client.send(new ecs.DescribeServicesCommand({ services: ["web"] }));
    expect(services?.[0]?.createdAt).toEqual(STARTED);
    const snapshots = new rds.RDSClient(config).send(new rds.DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: "x" }));
    await expect(snapshots).rejects.toBeInstanceOf(rds.DBSnapshotNotFoundFault);
  });

  test("see a reset, a lost answer, silence and a late answer as on a real network", async () => {
    const inject = (rule: { fault: "reset" | "lost" | "time-out" } | { fault: "slow"; ms: number }) =>
      faults.add({ service: "ECS", operation: "RunTask", ...rule });
    inject({ fault: "reset" });
    await expect(runTask()).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await countTasks()).toBe(0);
    inject({ fault: "lost" });
    await expect(runTask()).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await countTasks()).toBe(1);
    inject({ fault: "time-out" });
    await expect(runTask()).rejects.toMatchObject({ name: "TimeoutError" });
    expect(await countTasks()).toBe(1);
    inject({ fault: "slow", ms: 100 });
    const sentAt = performance.now();
    await runTask();
    expect(performance.now() - sentAt).toBeGreaterThanOrEqual(99);
  });

  test("are refused without a signature", async () => {
    const target = { "x-amz-target": "AmazonEC2ContainerServiceV20141113.ListTasks" };
    const answer = await fetch(server.url, { method: "POST", headers: target, body: "{}" });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ __type: "MissingAuthenticationTokenException" });
  });
});

describe("closing", () => {
  const ok = { status: 200, headers: {}, body: "ok" };

  function request(server: Listening, agent: Agent): Promise<{ status?: number; connection?: string }> {
    return new Promise((resolve, reject) => {
      get(server.url, { agent }, (answer) => {
        answer.resume().on("end", () => {
          resolve({ status: answer.statusCode, connection: answer.headers.connection });
        });
      }).on("error", reject);
    });
  }

  test("ends connections that a client keeps open", async () => {
    const server = await listen(async () => ok);
    const agent = new Agent({ keepAlive: true });
    expect((await request(server, agent)).status).toBe(200);
    const silent = connect(server.port, "127.0.0.1");
    await new Promise((resolve) => silent.once("connect", resolve));
    const ended = new Promise((resolve) => silent.once("close", resolve));
    const startedAt = performance.now();
    await server.close();
    await ended;
    expect(performance.now() - startedAt).toBeLessThan(500);
    await expect(request(server, agent)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    agent.destroy();
  });

  test("answers what is under way first, and may be asked for twice", async () => {
    const arrived = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const handle: Handle = async () => {
      arrived.resolve();
      await go.promise;
      return ok;
    };
    const server = await listen(handle);
    const agent = new Agent({ keepAlive: true });
    const answer = request(server, agent);
    await arrived.promise;
    const startedAt = performance.now();
    const closed = Promise.all([server.close(), server.close()]);
    go.resolve();
    expect((await answer).status).toBe(200);
    await closed;
    expect(performance.now() - startedAt).toBeLessThan(500);
    agent.destroy();
  });

  test("cuts a call that never ends, and tells it so", async () => {
    const hungUp = Promise.withResolvers<void>();
    const server = await listen(({ signal }) => {
      signal?.addEventListener("abort", () => hungUp.resolve());
      return new Promise(() => {});
    });
    const call = request(server, new Agent());
    call.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 50));
    await server.close();
    await expect(call).rejects.toMatchObject({ code: "ECONNRESET" });
    await hungUp.promise;
  });
});

test("a port that is taken is an error, and the address is loopback only", async () => {
  await using server = await listen(async () => ({ status: 200, headers: {}, body: "" }));
  expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
  await expect(listen(async () => ({ status: 200, headers: {}, body: "" }), server.port)).rejects.toMatchObject({
    code: "EADDRINUSE",
  });
});
