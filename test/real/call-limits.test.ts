import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ECSClient, ListClustersCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { afterEach, expect, test } from "vitest";
import { callLimits, withoutLateAttempts } from "../../src/aws/call-limits.ts";

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function clientOf(answer: RequestListener, limits: { withinMs: number; mayAct?: () => boolean }) {
  const asked: string[] = [];
  server = createServer((request, response) => {
    asked.push(request.headers["amz-sdk-request"] as string);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new ECSClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "eu-central-1",
    credentials: { accessKeyId: "A", secretAccessKey: "S" },
    maxAttempts: 3,
    requestHandler: callLimits({ requestTimeoutMs: 400 }),
  });
  return { client: withoutLateAttempts(client, limits), asked };
}
const listClusters = new ListClustersCommand({});
const never: RequestListener = () => {};

test("a call that is not answered in time fails, and is repeated as long as its call is young", async () => {
  const { client, asked } = await clientOf(never, { withinMs: 10_000 });
  await expect(client.send(listClusters)).rejects.toMatchObject({ name: "TimeoutError" });
  expect(asked).toEqual(["attempt=1; max=3", "attempt=2; max=3", "attempt=3; max=3"]);
});

test("a change is not repeated once its call is old: whoever made it must look first whether it still may", async () => {
  const { client, asked } = await clientOf(never, { withinMs: 300 });
  const change = new UpdateServiceCommand({ service: "crm", desiredCount: 0 });
  await expect(client.send(change)).rejects.toMatchObject({ name: "CallTooOld" });
  expect(asked).toEqual(["attempt=1; max=3"]);
});

test("what only reads is repeated, however late", async () => {
  const { client, asked } = await clientOf(never, { withinMs: 300 });
  await expect(client.send(listClusters)).rejects.toMatchObject({ name: "TimeoutError" });
  expect(asked).toHaveLength(3);
});

test("a call that fails at once is repeated as ever", async () => {
  const { client, asked } = await clientOf(
    (_request, response) => {
      response.writeHead(asked.length < 3 ? 500 : 200, { "content-type": "application/x-amz-json-1.1" });
      response.end(asked.length < 3 ? '{"__type":"ServerException"}' : '{"clusterArns":[]}');
    },
    { withinMs: 5_000 },
  );
  expect((await client.send(listClusters)).clusterArns).toEqual([]);
  expect(asked).toHaveLength(3);
});

test("a worker that may not act any more looks on, and changes nothing", async () => {
  const { client, asked } = await clientOf(
    (_request, response) => {
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
      response.end('{"clusterArns":[]}');
    },
    { withinMs: 5_000, mayAct: () => false },
  );
  const change = new UpdateServiceCommand({ service: "crm", desiredCount: 0 });
  await expect(client.send(change)).rejects.toMatchObject({ name: "CallTooOld" });
  expect(asked).toEqual([]);
  expect((await client.send(listClusters)).clusterArns).toEqual([]);
});
