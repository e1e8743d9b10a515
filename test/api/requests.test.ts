import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createWorld, problemOf, upgrade } from "./world.ts";

let world: Awaited<ReturnType<typeof createWorld>>;
beforeAll(async () => {
  world = await createWorld();
});
const send = (body: RequestInit["body"], headers: Record<string, string>) =>
  world.request("/v1/targets/crm/plan", { method: "POST", body, headers });
const json = { "content-type": "application/json" };

describe("a request that cannot be", () => {
  it("has its own problem for an address that does not exist", async () => {
    for (const path of ["/nope", "/v1", "/v1/nope", "/v1/operations/", "/v1/targets/crm/operations/x", "//v1/targets"])
      expect(await problemOf(await world.request(path)), path).toMatchObject({ status: 404 });
  });

  it("is told which methods an address answers", async () => {
    for (const [method, path, allow] of [
      ["DELETE", "/health", "GET, HEAD"],
      ["PUT", "/v1/targets/crm/operations", "POST"],
      ["GET", "/v1/targets/crm/plan", "POST"],
      ["POST", "/v1/operations", "GET, HEAD"],
    ] as const) {
      const response = await world.request(path, { method });
      expect(response.headers.get("allow"), path).toBe(allow);
      expect(await problemOf(response)).toMatchObject({ status: 405, code: "method-not-allowed" });
    }
  });

  it.each<[string, RequestInit["body"], Record<string, string>, number, string]>([
    ["no JSON", "{", json, 400, "invalid-json"],
    ["nothing", "", json, 400, "invalid-json"],
    ["bytes that are no text", new Uint8Array([0xff, 0xfe]), json, 400, "invalid-json"],
    [
      "a form, as curl -d sends it",
      "a=1",
      { "content-type": "application/x-www-form-urlencoded" },
      415,
      "wrong-content-type",
    ],
    ["text", "{}", { "content-type": "text/plain" }, 415, "wrong-content-type"],
    ["bytes of no declared type", new Uint8Array([123, 125]), {}, 415, "wrong-content-type"],
    ["too much", JSON.stringify({ comment: "x".repeat(70_000) }), json, 413, "body-too-large"],
    ["a list", "[]", json, 422, "invalid-request"],
    ["null", "null", json, 422, "invalid-request"],
    ["no body at all", undefined, {}, 422, "invalid-request"],
  ])("is refused for a body that is %s", async (_, body, headers, status, code) => {
    expect(await problemOf(await send(body, headers))).toMatchObject({ status, code });
  });

  it("takes JSON of any charset parameter and of the +json kind", async () => {
    for (const type of ["application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.intermission+json"])
      expect((await send(JSON.stringify(upgrade), { "content-type": type })).status, type).toBe(200);
  });

  it("is told every parameter that is wrong at once, with what was meant", async () => {
    const response = await world.request("/v1/operations?tarqet=crm&status=done&limit=x");
    expect(await problemOf(response)).toMatchObject({
      status: 400,
      code: "invalid-parameter",
      errors: [
        { parameter: "status", expected: expect.stringContaining('"pending"'), found: '"done"' },
        { parameter: "limit", expected: "a whole number from 0 to 100", found: '"x"' },
        { parameter: "tarqet", found: 'unknown parameter "tarqet"', hint: 'did you mean "target"?' },
      ],
    });
  });

  it("is refused for a parameter on routes that take none", async () => {
    for (const path of ["/health?x=1", "/v1/targets?limit=1", "/v1/targets/crm?live=1"])
      expect(await problemOf(await world.request(path)), path).toMatchObject({ code: "invalid-parameter" });
  });

  it("carries its id in the header, the problem and the log", async () => {
    const response = await world.request("/v1/targets/nope");
    expect(response.headers.get("x-request-id")).toBe("gateway-1");
    expect((await problemOf(response)).instance).toBe("urn:intermission:request:gateway-1");
    expect(world.log.at(-1)).toMatchObject({ requestId: "gateway-1", problem: "unknown-target" });
  });
});

describe("whatever is sent", () => {
  const failsNever = async (response: Response) => {
    const text = await response.clone().text();
    expect(response.status, text).toBeLessThan(500);
    if (response.status >= 400) await problemOf(response);
  };
  const almost = fc.record(
    {
      procedure: fc.constantFrom("upgrade", "rollback", "", null),
      image: fc.oneof(fc.string(), fc.constant("crm:1"), fc.integer()),
      snapshot: fc.constantFrom("required", "none", "", 0),
      decision: fc.constantFrom("proceed", "cancel", "x"),
      comment: fc.string(),
      __proto__: fc.anything(),
    },
    { requiredKeys: [] },
  );
  const paths = [
    "/v1/targets/crm/plan",
    "/v1/targets/crm/operations",
    "/v1/operations/op-20260115-020000-ffffff/decisions",
  ];

  it("as a body is never our failure", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.oneof(
          fc.json(),
          fc.string(),
          almost.map((value) => JSON.stringify(value)),
        ),
        fc.string({ minLength: 1 }),
        async (path, body, key) => {
          const headers = { ...json, "idempotency-key": encodeURIComponent(key) };
          await failsNever(await world.request(path, { method: "POST", body, headers }));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("as a query or a path is never our failure", async () => {
    const name = fc.oneof(
      fc.constantFrom("target", "status", "limit", "before", "after", "__proto__", "toString"),
      fc.string(),
    );
    const value = fc.oneof(fc.constantFrom("0", "1", "crm", "held", "-1", "1e3", "99999999999"), fc.string());
    const path = fc.oneof(
      fc.constantFrom("/v1/operations", "/v1/targets", "/v1/operations/op-20260115-020000-ffffff/events", "/health"),
      fc.string().map((text) => `/v1/targets/${encodeURIComponent(text)}`),
      fc.string().map((text) => `/v1/operations/${encodeURIComponent(text)}/receipt`),
    );
    await fc.assert(
      fc.asyncProperty(path, fc.array(fc.tuple(name, value), { maxLength: 4 }), async (at, pairs) => {
        const query = pairs.map(([key, each]) => `${encodeURIComponent(key)}=${encodeURIComponent(each)}`).join("&");
        await failsNever(await world.request(`${at}?${query}`));
      }),
      { numRuns: 300 },
    );
  });

  it("as a header is never our failure", async () => {
    const text = fc.string().map((each) => encodeURIComponent(each));
    await fc.assert(
      fc.asyncProperty(text, text, text, async (authorization, accept, tag) => {
        const headers = { authorization: `Bearer ${authorization}`, accept, "if-none-match": tag };
        await failsNever(await world.request("/v1/targets", { headers }));
        await failsNever(await world.request("/v1/targets", { headers }, {}));
      }),
      { numRuns: 100 },
    );
  });
});
