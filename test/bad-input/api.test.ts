import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { documentOf } from "../../src/api/document.ts";
import { json, nearly } from "./anything.ts";
import { documentedRoutes, requestsTo } from "./api-requests.ts";
import { createApiWorld, OPERATOR } from "./api-world.ts";
import { runs, timeout } from "./search.ts";

let world: Awaited<ReturnType<typeof createApiWorld>>;
beforeAll(async () => {
  world = await createApiWorld();
});
const routes = () => documentedRoutes(documentOf(world.app, "1.2.3"));

describe("whatever reaches the API through API Gateway", () => {
  it("is answered as asked or with a problem, and changes nothing unless it was accepted", { timeout }, async () => {
    const answers = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(requestsTo(routes()), async (event) => {
        const { status } = await world.judged(event);
        answers.set(status, (answers.get(status) ?? 0) + 1);
      }),
      runs(300),
    );
    // A search that never gets in, or never gets anything wrong, would show nothing.
    for (const status of [200, 400, 401, 403, 404, 405, 409, 415, 422])
      expect(answers.has(status), `${status}`).toBe(true);
  });

  it("knows every route of the application", () => {
    const documented = new Set(routes().map(({ method, path }) => `${method} ${path}`));
    const served = world.app.routes.filter(({ method }) => method !== "ALL");
    for (const { method, path } of served)
      expect(documented).toContain(`${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  });
});

describe("an event that the API's function is invoked with", () => {
  const event = {
    version: "2.0",
    routeKey: "$default",
    rawPath: "/v1/targets/crm/plan",
    rawQueryString: "",
    cookies: ["a=b"],
    headers: { "content-type": "application/json", "idempotency-key": "a" },
    requestContext: {
      requestId: "gateway-1",
      domainName: "api.example.com",
      authorizer: { iam: { userArn: OPERATOR } },
      http: {
        method: "POST",
        path: "/v1/targets/crm/plan",
        protocol: "HTTP/1.1",
        sourceIp: "203.0.113.66",
        userAgent: "x",
      },
    },
    body: Buffer.from(JSON.stringify({ procedure: "upgrade", image: "crm:2" })).toString("base64"),
    isBase64Encoded: true,
  };
  const ofPayload1 = {
    version: "1.0",
    resource: "/{proxy+}",
    path: "/v1/targets",
    httpMethod: "GET",
    headers: { host: "api.example.com" },
    multiValueHeaders: { host: ["api.example.com"] },
    queryStringParameters: null,
    requestContext: { httpMethod: "GET", path: "/v1/targets", identity: { userArn: OPERATOR }, requestId: "gateway-1" },
    body: null,
    isBase64Encoded: false,
  };
  const ofLoadBalancer = { ...ofPayload1, requestContext: { elb: { targetGroupArn: "arn:x" } } };

  it("is answered, however broken it is", { timeout }, async () => {
    expect((await world.judged(event)).status).toBe(200);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 6, arbitrary: nearly(event) }, nearly(ofPayload1), nearly(ofLoadBalancer), json),
        async (broken) => void (await world.judged(broken)),
      ),
      runs(400),
    );
  });

  it.each([
    ["of payload format 1.0", ofPayload1, /version: expected "2.0"/],
    ["of a load balancer", ofLoadBalancer, /rawPath: Invalid input/],
    ["that is none", null, /the event: Invalid input/],
  ])("%s is refused with what was expected, and a line in the log", async (_what, broken, found) => {
    const { status, body } = await world.judged(broken);
    expect(status).toBe(422);
    expect(JSON.parse(body)).toMatchObject({
      code: "invalid-request",
      errors: [{ expected: "an event of an HTTP API in payload format 2.0", found: expect.stringMatching(found) }],
    });
    expect(world.log.at(-1)).toMatchObject({ level: "warn", message: "event is no request" });
  });

  it("is refused where HTTP has no such method or header, and not turned down in the adapter's words", async () => {
    for (const broken of [
      { ...event, headers: { "a b": "x" } },
      { ...event, headers: { a: "x\ny" } },
      { ...event, requestContext: { ...event.requestContext, http: { method: "a b" } } },
      { ...event, requestContext: { ...event.requestContext, domainName: "a b" } },
    ])
      expect((await world.judged(broken)).body).toContain("as HTTP has them");
    for (const method of ["get", "trace", "tRaCk"]) {
      const odd = { ...event, requestContext: { ...event.requestContext, http: { method } } };
      expect((await world.judged(odd)).status, method).toBe(405);
    }
  });
});
