import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import { expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { createCredentials } from "../../../src/sandbox/cloud/credentials.ts";
import { createEventLog } from "../../../src/sandbox/cloud/event-log.ts";
import { createIds } from "../../../src/sandbox/cloud/world.ts";
import { createHttpApi, type Invoked } from "../../../src/sandbox/front/api-gateway.ts";
import { createAuthorizers } from "../../../src/sandbox/front/authorizers.ts";
import type { HttpApiEvent, HttpApiRequest } from "../../../src/sandbox/front/http-api-event.ts";
import type { Authorizer } from "../../../src/sandbox/front/routes.ts";
import { inVirtualTime } from "../../virtual-time.ts";

const request = (given: Partial<HttpApiRequest> = {}): HttpApiRequest => ({
  method: "GET",
  path: "/v1/targets",
  query: "",
  headers: { host: "127.0.0.1:8080", "user-agent": "curl/8" },
  body: new Uint8Array(),
  remoteAddress: "203.0.113.7",
  protocol: "HTTP/1.1",
  ...given,
});

function setUp(answer: (event: HttpApiEvent) => Invoked | Promise<Invoked> = () => ({ payload: "{}" })) {
  const world = {
    account: "111122223333",
    clock: systemClock,
    ids: createIds(1),
    log: createEventLog(systemClock),
  };
  const credentials = createCredentials(world);
  const events: HttpApiEvent[] = [];
  const invoke = async (_functionName: string, payload: string) => {
    const event: HttpApiEvent = JSON.parse(payload);
    events.push(event);
    return answer(event);
  };
  const authorize = createAuthorizers({ credentials, region: "us-east-1" });
  const behind = (name: string, authorizer: Authorizer) =>
    createHttpApi({ world, name, authorize, invoke, routes: [{ key: "$default", functionName: "api", authorizer }] });
  const open = behind("github", { kind: "none" });
  const signed = behind("operator", { kind: "iam" });
  return { world, credentials, events, open, signed };
}

async function sign(
  plain: HttpApiRequest,
  key: { accessKeyId: string; secretAccessKey: string; sessionToken?: string },
  { service = "execute-api", region = "us-east-1" } = {},
): Promise<HttpApiRequest> {
  const signer = new SignatureV4({ credentials: key, region, service, sha256: Sha256 });
  const { headers } = await signer.sign(
    new HttpRequest({ method: plain.method, path: plain.path, headers: plain.headers, body: plain.body }),
  );
  const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { ...plain, headers: Object.fromEntries(lowerCase) };
}

const text = (body: Uint8Array) => Buffer.from(body).toString();

test("a request becomes an event of payload format 2.0", async () => {
  const { open, events } = setUp();
  await inVirtualTime(() =>
    open.handle(
      request({
        path: "/v1/targets/a%20b",
        query: "tag=x&tag=y%2Cz&q=%C3%A9",
        headers: { host: "127.0.0.1:8080", "user-agent": "curl/8", cookie: "a=1; b=2", accept: "*/*,text/html" },
      }),
    ),
  );
  expect(events[0]).toEqual({
    version: "2.0",
    routeKey: "$default",
    rawPath: "/v1/targets/a b",
    rawQueryString: "tag=x&tag=y%2Cz&q=%C3%A9",
    cookies: ["a=1", "b=2"],
    headers: {
      accept: "*/*,text/html",
      "content-length": "0",
      host: "127.0.0.1:8080",
      "user-agent": "curl/8",
      "x-amzn-trace-id": expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      "x-forwarded-for": "203.0.113.7",
      "x-forwarded-port": "8080",
      "x-forwarded-proto": "http",
    },
    queryStringParameters: { tag: "x,y,z", q: "é" },
    requestContext: {
      accountId: "111122223333",
      apiId: expect.stringMatching(/^[0-9a-f]{10}$/),
      domainName: "127.0.0.1:8080",
      domainPrefix: "127",
      http: {
        method: "GET",
        path: "/v1/targets/a b",
        protocol: "HTTP/1.1",
        sourceIp: "203.0.113.7",
        userAgent: "curl/8",
      },
      requestId: expect.any(String),
      routeKey: "$default",
      stage: "$default",
      time: "15/Jan/2026:02:00:00 +0000",
      timeEpoch: Date.parse("2026-01-15T02:00:00Z"),
    },
    isBase64Encoded: false,
  });
});

test.each([
  ["application/json", false],
  ["text/plain; charset=utf-8", false],
  ["application/xml", false],
  ["application/x-www-form-urlencoded", true],
  ["application/problem+json", true],
  ["application/octet-stream", true],
  [undefined, true],
])("a body of %s is in base64: %s", async (contentType, isBase64Encoded) => {
  const { open, events } = setUp();
  const headers = { host: "h", ...(contentType && { "content-type": contentType }) };
  await open.handle(request({ method: "POST", headers, body: Buffer.from("{}") }));
  expect(events[0]).toMatchObject({ isBase64Encoded, body: isBase64Encoded ? "e30=" : "{}" });
});

test("a response with a status code is sent as it says, cookies apart", async () => {
  const { open } = setUp(() => ({
    payload: JSON.stringify({
      statusCode: 202,
      headers: { Location: "/v1/operations/1", "X-Number": 5 },
      cookies: ["a=1; Path=/", "b=2"],
      body: "aGk=",
      isBase64Encoded: true,
    }),
  }));
  const response = await open.handle(request());
  expect(response).toMatchObject({
    status: 202,
    headers: {
      location: "/v1/operations/1",
      "x-number": "5",
      "content-type": "text/plain;charset=UTF-8",
      "set-cookie": ["a=1; Path=/", "b=2"],
      "apigw-requestid": expect.any(String),
    },
  });
  expect(text(response.body)).toBe("hi");
});

test.each(['{"id":7}', '"hello"', "[1]", "null", "not JSON"])(
  "a result without a status code is the body of a 200: %s",
  async (payload) => {
    const { open } = setUp(() => ({ payload }));
    const response = await open.handle(request());
    expect(response).toMatchObject({ status: 200, headers: { "content-type": "application/json" } });
    expect(text(response.body)).toBe(payload);
  },
);

test.each([
  { statusCode: "soon" },
  { statusCode: 42 },
  { statusCode: 200, body: { a: 1 } },
  { statusCode: 200, headers: [] },
  { statusCode: 200, headers: { a: [1] } },
  { statusCode: 200, cookies: "a=1" },
])("a response that makes no sense is a 500: %j", async (answer) => {
  const { open } = setUp(() => ({ payload: JSON.stringify(answer) }));
  const response = await open.handle(request());
  expect(response.status).toBe(500);
  expect(text(response.body)).toBe('{"message":"Internal Server Error"}');
});

test("a function that fails is a 500 that tells the caller nothing and the log everything", async () => {
  const { open, world } = setUp(() => ({ payload: '{"errorMessage":"secret"}', functionError: "Unhandled" }));
  const response = await open.handle(request());
  expect(response.status).toBe(500);
  expect(text(response.body)).toBe('{"message":"Internal Server Error"}');
  expect(world.log.after()).toMatchObject([
    { kind: "call", service: "execute-api/github", outcome: expect.stringContaining("secret") },
  ]);
});

test("a function that cannot be invoked is a 500", async () => {
  const { open } = setUp(() => Promise.reject(new Error("no such function")));
  expect(await open.handle(request())).toMatchObject({ status: 500 });
});

test("a function that takes longer than 30 s is a 503 at 30 s", async () => {
  const { open } = setUp(async () => {
    await systemClock.sleep(31_000);
    return { payload: "{}" };
  });
  await inVirtualTime(async () => {
    const began = Date.now();
    const response = await open.handle(request());
    expect(Date.now() - began).toBe(30_000);
    expect(response.status).toBe(503);
    expect(text(response.body)).toBe('{"message":"Service Unavailable"}');
  });
});

test("a body of more than 10 MiB never reaches the function", async () => {
  const { open, events } = setUp();
  const body = new Uint8Array(10 * 1024 * 1024 + 1);
  expect(await open.handle(request({ method: "POST", body }))).toMatchObject({ status: 413 });
  expect(events).toEqual([]);
});

test("a signed request tells the function who signed it", async () => {
  const { signed, credentials, events, world } = setUp();
  const arn = "arn:aws:sts::111122223333:assumed-role/operator/alice";
  const key = credentials.issue({ arn });
  const response = await signed.handle(await sign(request({ method: "POST", body: Buffer.from("{}") }), key));
  expect(response.status).toBe(200);
  const userId = expect.stringMatching(/^AROA[A-Z2-7]{17}:alice$/);
  expect(events[0]?.requestContext.authorizer).toEqual({
    iam: {
      accessKey: key.accessKeyId,
      accountId: "111122223333",
      callerId: userId,
      userArn: arn,
      userId,
      principalOrgId: null,
      cognitoIdentity: null,
    },
  });
  expect(world.log.after()).toMatchObject([{ caller: arn, outcome: "ok" }]);
});

test("an unsigned request to the signed API is forbidden and never reaches the function", async () => {
  const { signed, events, world } = setUp();
  const response = await signed.handle(request());
  expect(response.status).toBe(403);
  expect(text(response.body)).toBe('{"message":"Forbidden"}');
  expect(events).toEqual([]);
  expect(world.log.after()).toMatchObject([
    { caller: "anonymous", outcome: "Forbidden: Missing Authentication Token" },
  ]);
});

test.each([
  ["another service", { service: "ecs" }],
  ["another region", { region: "eu-west-1" }],
])("a signature for %s is forbidden", async (_what, scope) => {
  const { signed, credentials } = setUp();
  const key = credentials.issue({ arn: "arn:aws:iam::111122223333:user/bob" });
  expect(await signed.handle(await sign(request(), key, scope))).toMatchObject({ status: 403 });
});

test("a request changed after it was signed is forbidden", async () => {
  const { signed, credentials } = setUp();
  const key = credentials.issue({ arn: "arn:aws:iam::111122223333:user/bob" });
  const sent = await sign(request({ method: "POST", body: Buffer.from('{"a":1}') }), key);
  expect(await signed.handle({ ...sent, body: Buffer.from('{"a":2}') })).toMatchObject({ status: 403 });
  expect(await signed.handle({ ...sent, query: "force=1" })).toMatchObject({ status: 403 });
  expect(await signed.handle(sent)).toMatchObject({ status: 200 });
});

test("a session's key without its token is forbidden", async () => {
  const { signed, credentials } = setUp();
  const key = credentials.issue({ arn: "arn:aws:sts::111122223333:assumed-role/operator/alice" });
  const { accessKeyId, secretAccessKey } = key;
  expect(await signed.handle(await sign(request(), { accessKeyId, secretAccessKey }))).toMatchObject({ status: 403 });
});

test("takes a burst, then as many requests a second as its stage says, and answers 429 for the others itself", () =>
  inVirtualTime(async () => {
    const { world, events } = setUp();
    const api = createHttpApi({
      ...{ world, name: "github", throttle: { requestsPerSecond: 2, burst: 3 } },
      routes: [{ key: "$default", functionName: "api", authorizer: { kind: "none" } }],
      authorize: async () => undefined,
      invoke: async (_functionName, payload) => {
        events.push(JSON.parse(payload));
        return { payload: "{}" };
      },
    });
    const statuses = async (count: number) =>
      (await Promise.all(Array.from({ length: count }, () => api.handle(request())))).map(({ status }) => status);
    expect(await statuses(5)).toEqual([200, 200, 200, 429, 429]);
    await systemClock.sleep(1_000);
    expect(await statuses(3)).toEqual([200, 200, 429]);
    expect(events).toHaveLength(5);
  }));
