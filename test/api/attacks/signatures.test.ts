import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import { handle, type LambdaEvent } from "hono/aws-lambda";
import { beforeAll, describe, expect, it } from "vitest";
import { presentable } from "../../../src/api/lambda-event.ts";
import { systemClock } from "../../../src/clock.ts";
import { type AccessKey, createCredentials } from "../../../src/sandbox/cloud/credentials.ts";
import { createEventLog } from "../../../src/sandbox/cloud/event-log.ts";
import { createIds } from "../../../src/sandbox/cloud/world.ts";
import { createHttpApi } from "../../../src/sandbox/front/api-gateway.ts";
import { createAuthorizers } from "../../../src/sandbox/front/authorizers.ts";
import type { HttpApiRequest } from "../../../src/sandbox/front/http-api-event.ts";
import { createWorld } from "../world.ts";
import { OPERATOR, START, startBody } from "./attacker.ts";

const REGION = "eu-central-1";

/** The operator's API: API Gateway's authorizer, as the sandbox has it, before the API itself. */
async function operatorApi() {
  const world = await createWorld();
  const cloud = {
    ...{ account: "111122223333", clock: systemClock, ids: createIds(1) },
    log: createEventLog(systemClock),
  };
  const credentials = createCredentials(cloud);
  const lambda = handle(world.app);
  const front = createHttpApi({
    world: cloud,
    name: "operator",
    authorize: createAuthorizers({ credentials, region: REGION }),
    routes: [
      { key: "$default", functionName: "api", authorizer: { kind: "iam" } },
      { key: "GET /live/{proxy+}", functionName: "api", authorizer: { kind: "none" } },
      { key: "GET /health", functionName: "api", authorizer: { kind: "none" } },
    ],
    invoke: async (_name, payload) => ({
      payload: JSON.stringify(await lambda(presentable(JSON.parse(payload) as LambdaEvent))),
    }),
  });
  const reasons = () => cloud.log.after().flatMap((event) => (event.kind === "call" ? [event.outcome] : []));
  const session = credentials.issue({ arn: OPERATOR });
  const another = credentials.issue({ arn: OPERATOR });
  return { ...world, front, session, another, reasons };
}

let api: Awaited<ReturnType<typeof operatorApi>>;
let keys = 0;
beforeAll(async () => {
  api = await operatorApi();
});

const plain = (over: Partial<HttpApiRequest> = {}): HttpApiRequest => ({
  ...{ method: "POST", path: START, query: "", remoteAddress: "203.0.113.66", protocol: "HTTP/1.1" },
  body: Buffer.from(startBody),
  ...over,
  headers: {
    host: "api.example.com",
    "content-type": "application/json",
    "idempotency-key": `attack-${keys++}`,
    ...over.headers,
  },
});

type Signing = { key?: AccessKey; region?: string; service?: string; skewMs?: number };
const signer = ({ key = api.session, region = REGION, service = "execute-api" }: Signing) =>
  new SignatureV4({ credentials: key, region, service, sha256: Sha256 });
const asSigned = ({ method, path, headers, body }: HttpApiRequest) => new HttpRequest({ method, path, headers, body });

async function signed(request = plain(), signing: Signing = {}): Promise<HttpApiRequest> {
  const signingDate = new Date(Date.now() + (signing.skewMs ?? 0));
  const { headers } = await signer(signing).sign(asSigned(request), { signingDate });
  return {
    ...request,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  };
}
async function changed(change: (request: HttpApiRequest) => Partial<HttpApiRequest>, signing?: Signing) {
  const request = await signed(plain(), signing);
  return { ...request, ...change(request) };
}
const header = (name: string, value: string | undefined) => (request: HttpApiRequest) => ({
  headers: Object.fromEntries(
    Object.entries({ ...request.headers, [name]: value ?? "" }).filter(
      ([each]) => each !== name || value !== undefined,
    ),
  ),
});
const MINUTE_MS = 60_000;

const attacks: [string, () => Promise<HttpApiRequest>][] = [
  ["is missing", async () => plain()],
  ["is for another region", () => signed(plain(), { region: "us-east-1" })],
  ["is for another service", () => signed(plain(), { service: "lambda" })],
  ["is for S3", () => signed(plain(), { service: "s3" })],
  ["was made an hour ago", () => signed(plain(), { skewMs: -60 * MINUTE_MS })],
  ["was made six minutes ago", () => signed(plain(), { skewMs: -6 * MINUTE_MS })],
  ["is of tomorrow", () => signed(plain(), { skewMs: 24 * 60 * MINUTE_MS })],
  ["has another date", () => changed(header("x-amz-date", "20260101T000000Z"))],
  ["has no date", () => changed(header("x-amz-date", undefined))],
  ["has a date that is none", () => changed(header("x-amz-date", "now"))],
  [
    "is of another day than it says",
    () =>
      changed((request) =>
        header("authorization", request.headers.authorization!.replace(/\/20\d{6}\//, "/20250101/"))(request),
      ),
  ],
  ["is for another body", () => changed(() => ({ body: Buffer.from('{"procedure":"upgrade","image":"evil:1"}') }))],
  ["is for no body", () => changed(() => ({ body: new Uint8Array() }))],
  ["has the hash of another body", () => changed(header("x-amz-content-sha256", "0".repeat(64)))],
  ["leaves the body unsigned", () => changed(header("x-amz-content-sha256", "UNSIGNED-PAYLOAD"))],
  ["leaves the body for later", () => changed(header("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"))],
  ["is for another path", () => changed(() => ({ path: "/v1/targets/wiki/operations" }))],
  ["is for the same path in other letters", () => changed(() => ({ path: "/v1/targets/%63rm/operations" }))],
  ["is for another method", () => changed(() => ({ method: "PUT" }))],
  ["is for another query", () => changed(() => ({ query: "x=1" }))],
  ["is for another host", () => changed(header("host", "evil.example.com"))],
  ["is for another header", () => changed(header("content-type", "text/plain"))],
  ["is another's", () => changed(header("x-amz-security-token", "another"), {})],
  ["has lost its session", () => changed(header("x-amz-security-token", undefined))],
  [
    "has the session of another key",
    () => changed((request) => header("x-amz-security-token", api.another.sessionToken)(request)),
  ],
  [
    "is by a key that nobody has",
    () => signed(plain(), { key: { accessKeyId: "AKIAAAAAAAAAAAAAAAAA", secretAccessKey: "x" } }),
  ],
  ["is by another secret", () => signed(plain(), { key: { ...api.session, secretAccessKey: "x".repeat(40) } })],
  [
    "has a digit changed",
    () =>
      changed((request) =>
        header(
          "authorization",
          request.headers.authorization!.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
        )(request),
      ),
  ],
  [
    "signs no header",
    () =>
      changed((request) =>
        header(
          "authorization",
          request.headers.authorization!.replace(/SignedHeaders=[^,]+/, "SignedHeaders=date"),
        )(request),
      ),
  ],
  [
    "is by the algorithm of keys in pairs",
    () =>
      changed((request) =>
        header(
          "authorization",
          request.headers.authorization!.replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
        )(request),
      ),
  ],
  [
    "is a token of GitHub",
    async () => plain({ headers: { authorization: (await api.asGithub()).headers.authorization } }),
  ],
  [
    "is there twice",
    () =>
      changed((request) =>
        header("authorization", `${request.headers.authorization}, ${request.headers.authorization}`)(request),
      ),
  ],
];

describe("a signature", () => {
  it.each(attacks)("that %s passes no one, and the function never hears of it", async (_what, request) => {
    const lines = api.log.length;
    const { status, body } = await api.front.handle(await request());
    expect(status).toBe(403);
    expect(Buffer.from(body).toString()).toBe('{"message":"Forbidden"}');
    expect(api.log).toHaveLength(lines);
    expect(api.started).toEqual([]);
    expect(api.reasons().at(-1)).toMatch(/^Forbidden: /);
  });

  it("in an address (a presigned URL) passes no one in the sandbox", async () => {
    const { query = {} } = await signer({}).presign(asSigned(plain()), { expiresIn: 300 });
    const text = new URLSearchParams(query as Record<string, string>).toString();
    expect((await api.front.handle(plain({ query: text }))).status).toBe(403);
    expect(api.started).toEqual([]);
  });

  it("is not needed where the way is open, and that way leads to nothing else", async () => {
    expect((await api.front.handle(plain({ method: "GET", path: "/health" }))).status).toBe(200);
    for (const path of ["/live/..%2fv1%2ftargets", "/live/../v1/targets", "/live/%2e%2e/v1/operations"]) {
      const { status } = await api.front.handle(plain({ method: "GET", path }));
      expect([401, 403, 404]).toContain(status);
    }
  });

  it("is good for five minutes, and once more within them: what it asks happens once", async () => {
    const fresh = await operatorApi();
    const request = await signed(plain(), { key: fresh.session, skewMs: -4 * MINUTE_MS });
    const answers = [await fresh.front.handle(request), await fresh.front.handle(request)];
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(new Set(answers.map(({ headers }) => headers.location)).size).toBe(1);
    expect(new Set(fresh.started).size).toBe(1);
  });
});
