import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { expect } from "vitest";
import { lambdaHandler } from "../../src/api/lambda-handler.ts";
import { problemDocumentSchema, problemType } from "../../src/api/problem.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import { createWorld } from "../api/world.ts";
import { operation } from "../operations/sample.ts";
import { createTable } from "../operations/table.ts";

export const OPERATOR = "arn:aws:sts::111122223333:assumed-role/operator/run-77";
export const READER = "arn:aws:iam::111122223333:user/people/ann";
export const STRANGER = "arn:aws:sts::111122223333:assumed-role/stranger/x";
export const CRM_ID = "op-20260115-020000-aaaaaa";
export const OVER_ID = "op-20260114-020000-bbbbbb";

/** In everything that nobody may be told. */
export const SECRET = "canary-that-nobody-is-told";

export type Answer = { status: number; type: string; headers: Record<string, string>; body: string };

/** The API as API Gateway calls it, with an operation that holds its target and one that is over, and waits that take no time. */
export async function createApiWorld() {
  const { table, client } = await createTable();
  let passedMs = 0;
  const clock = {
    now: () => Date.now() + passedMs,
    async sleep(ms: number) {
      passedMs += ms;
    },
  };
  const store = createDynamoStore({ client, table, clock });
  const world = await createWorld({ store, clock });
  const configuration = world.deps.configuration.targets.get("crm");
  for (const id of [OVER_ID, CRM_ID]) {
    await store.create(operation({ id, configuration, idempotencyKey: `${SECRET}-${id}` }));
    await store.append(id, [
      { type: "started", key: "started", executionArn: "arn:aws:lambda:eu-central-1:111122223333:x" },
    ]);
    await store.keep(id, "prepared", { revisions: {}, leaderRevision: "arn:x", bypassSecret: SECRET });
    if (id === CRM_ID) continue;
    await store.append(id, [{ type: "finished", key: "finished", status: "succeeded" }]);
    await store.unlock("crm", id);
  }
  const key = Buffer.from(await store.signingKey()).toString("base64");
  const handler = lambdaHandler(world.app, world.deps);

  async function send(event: unknown): Promise<Answer> {
    const answer = await handler(event);
    const headers = (answer.headers ?? {}) as Record<string, string>;
    const body = answer.isBase64Encoded ? Buffer.from(answer.body, "base64").toString() : answer.body;
    return { status: answer.statusCode, type: headers["content-type"] ?? "", headers, body };
  }

  /** What a request may have changed for good: what only remembers who looked when, and keys that callers used, is left out. */
  async function stored(): Promise<string> {
    const { Items: items = [] } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
    const lasting = items.filter(({ pk, sk }) => !String(pk).startsWith("request#") && sk !== "note" && sk !== "turn");
    return JSON.stringify(lasting.map((item) => JSON.stringify(item)).sort());
  }

  /** Sends it, and holds the answer and what it left behind to what every answer must be. */
  async function judged(event: unknown): Promise<Answer> {
    const before = { stored: await stored(), started: world.started.length, woken: world.woken.length };
    const answer = await send(event);
    expectAnswer(answer);
    for (const secret of [SECRET, key]) if (!handsOut(answer)) expect(answer.body).not.toContain(secret);
    if (answer.status < 200 || answer.status >= 300)
      expect({ stored: await stored(), started: world.started.length, woken: world.woken.length }).toEqual(before);
    return answer;
  }

  return { ...world, client, table, send, judged, stored };
}

/** The one answer that hands out a secret says that nobody may keep it. */
const handsOut = ({ status, headers }: Answer): boolean => status === 200 && headers["cache-control"] === "no-store";

/** Every answer is what was asked for, or a problem that says what was expected and what was found, and nothing of the inside. */
export function expectAnswer({ status, type, body }: Answer): void {
  expect(status, body).toBeGreaterThanOrEqual(200);
  expect(status, body).toBeLessThan(500);
  expect(body).not.toMatch(/\\n +at |:\d+:\d+\)|node_modules|file:\/\/|\/var\/task/);
  if (status < 400 || body === "") return;
  if (status === 403 && type.startsWith("text/html")) return;
  expect(type, `${status} ${body}`).toBe("application/problem+json");
  const problem = problemDocumentSchema.parse(JSON.parse(body));
  expect(problem).toMatchObject({ status, type: problemType(problem.code) });
  // What is wrong is named where it is, however long its name is, but it is quoted in short.
  expect(body.length).toBeLessThan(150_000);
  if (["invalid-request", "invalid-parameter", "idempotency-key-required"].includes(problem.code))
    expect(problem.errors?.length).toBeGreaterThan(0);
  for (const error of problem.errors ?? []) {
    expect(error.pointer ?? error.parameter ?? error.claim, body).toBeDefined();
    expect([error.expected, error.found], body).not.toContain("");
    expect(error.message).toContain(error.expected);
  }
}
