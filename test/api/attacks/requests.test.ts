import { beforeAll, describe, expect, it } from "vitest";
import { type Attack, OPERATOR, START, startBody, underAttack } from "./attacker.ts";

let api: Awaited<ReturnType<typeof underAttack>>;
beforeAll(async () => {
  api = await underAttack();
});
/** By somebody who may do everything: what is wrong is wrong even so. */
const asOperator = (attack: Attack) => api.refused({ signer: OPERATOR, ...attack });
const deep = (open: string, close: string, levels: number) => open.repeat(levels) + close.repeat(levels);

describe("a path", () => {
  it.each([
    "/v1/targets/..%2f..%2fcrm/operations",
    "/v1/targets/%2e%2e/crm/operations",
    "/v1/targets/crm/../../../../etc/passwd",
    "/v1/targets/crm%00/operations",
    "/v1/targets/crm%2500/operations",
    "/v1/targets/%2563rm/operations",
    "/v1/targets/crm%20/operations",
    "/v1/targets/CRM/operations",
    "/v1/targets/crm%3Fx=1%23/operations",
    "/v1/targets/crm;a=b/operations",
    "/v1/targets/crm%5c..%5cwiki/operations",
    "/v1/targets/__proto__/operations",
    "/v1/targets/constructor/operations",
    "/v1/targets/%ff%fe/operations",
    "/v1/targets/%/operations",
    "//v1/targets/crm/operations",
    "/v1//targets/crm/operations",
    "/v1/targets/crm/operations/",
    "/v1/targets/crm//operations",
    "/V1/targets/crm/operations",
    "/live/../v1/targets/none/operations",
    "/health/../v1/operations/none/decisions",
    "/.git/config",
    "/v1/operations/..%2f..%2ftargets%2fcrm/decisions",
    "/v1/operations/op-20260115-020000-3f9a2c%00/decisions",
    "/v1/operations/op-20260115-020000-3F9A2C/decisions",
    "/v1/operations/op-20260115-020000-ffffff/decisions",
  ])("that leads nowhere starts nothing: %s", async (path) => {
    expect((await asOperator({ path })).status).toBe(404);
  });

  it("of thousands of characters is answered, and cut off in the audit", async () => {
    const path = `/v1/targets/${"a".repeat(7_000)}/operations`;
    expect((await asOperator({ path })).status).toBe(404);
    expect(String(api.log.at(-1)?.path)).toHaveLength(300);
  });

  it("with dots leads no further than its place would: who is asking is asked there too", async () => {
    for (const path of ["/live/../v1/targets/crm/operations", "/docs/%2e%2e/v1/targets/crm/operations"])
      expect((await api.refused({ path })).status).toBeGreaterThanOrEqual(400);
  });
});

describe("a method", () => {
  it.each(["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "TRACK", "PROPFIND"])(
    "that no route has starts nothing: %s",
    async (method) => {
      const { status, headers } = await asOperator({ method });
      expect(status).toBe(405);
      expect(headers.allow).toBe("POST");
    },
  );

  it.each(["x-http-method-override", "x-http-method", "x-method-override"])("is not overridden by %s", async (name) => {
    const answer = await asOperator({ method: "GET", headers: { [name]: "POST" } });
    expect(answer.code).toBe("method-not-allowed");
    expect((await asOperator({ method: "PUT", query: "_method=POST", headers: { [name]: "POST" } })).status).toBe(405);
  });
});

describe("a header", () => {
  it.each<[string, Record<string, string>]>([
    ["host", { host: "evil.example.com" }],
    ["x-forwarded-host", { "x-forwarded-host": "evil.example.com", "x-forwarded-proto": "javascript" }],
    ["x-original-url", { "x-original-url": "/v1/targets", "x-rewrite-url": "/v1/targets" }],
    ["forwarded", { forwarded: "for=127.0.0.1;host=evil.example.com;proto=http" }],
    ["accept", { accept: "text/html,application/xhtml+xml,*/*" }],
    ["transfer-encoding", { "transfer-encoding": "chunked", "content-length": "0" }],
    ["content-length", { "content-length": "99999999999" }],
    ["origin", { origin: "https://evil.example.com" }],
    ["a byte that is no text", { "x-anything": "\u00ff\u0100" }],
  ])("%s changes neither who is asking nor what the answer says", async (_name, headers) => {
    const { status, body, headers: answered } = await api.refused({ headers });
    expect(status).toBe(401);
    expect(body + JSON.stringify(answered)).not.toContain("evil");
    expect(answered).not.toHaveProperty("access-control-allow-origin");
  });

  it.each(["", " ", "a b", "x".repeat(256), "a\tb"])("idempotency-key is refused as %j", async (key) => {
    expect((await asOperator({ headers: { "idempotency-key": key } })).code).toBe("idempotency-key-required");
  });
});

describe("a body", () => {
  const form = "procedure=upgrade&image=crm%3A2";
  it.each<[string, string | undefined, string | Uint8Array]>([
    ["as text", "text/plain", startBody],
    ["as a form", "application/x-www-form-urlencoded", form],
    ["as a form of parts", "multipart/form-data; boundary=x", "--x\r\n\r\n--x--"],
    ["as XML", "application/xml", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"],
    ["as JSON of another kind, by its name", "text/json", startBody],
    ["as JSON in the parameter", "text/plain; application/json", startBody],
    ["undeclared", "", startBody],
  ])("that is declared %s is refused", async (_as, type, body) => {
    const { status } = await asOperator({ body, headers: { "content-type": type ?? "" } });
    expect(status).toBe(415);
  });

  it.each<[string, string | Uint8Array]>([
    ["is no JSON", "{"],
    ["is empty", ""],
    ["has a byte order mark before something else", "\ufeff{"],
    ["is no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
    ["is UTF-16", Buffer.from(startBody, "utf16le")],
    ["is compressed", Buffer.from([0x1f, 0x8b, 0x08, 0])],
    ["has two documents", `${startBody}${startBody}`],
    ["has a comment", `/* */${startBody}`],
    ["has a number that JSON does not have", '{"procedure":NaN}'],
  ])("that %s is refused as such", async (_what, body) => {
    expect((await asOperator({ body })).code).toBe("invalid-json");
  });

  it.each<[string, string]>([
    ["a list", "[]"],
    ["nothing", "null"],
    ["a number of a hundred thousand digits", "9".repeat(60_000)],
    ["a list in a list, 32,000 times", deep("[", "]", 32_000)],
    ["an object in an object, 8,000 times", deep('{"a":', "}", 8_000).replace("}", "1}")],
    ["depth under a key that is known", `{"procedure":${deep("[", "]", 30_000)}}`],
    ["depth under a key that is not", `{"procedure":"upgrade","image":"crm:2","x":${deep("[", "]", 30_000)}}`],
    ["a prototype", '{"procedure":"upgrade","image":"crm:2","__proto__":{"procedure":"rollback"}}'],
    ["a constructor", '{"procedure":"upgrade","image":"crm:2","constructor":{"prototype":{"allow":["*"]}}}'],
    ["a procedure from the prototype", '{"procedure":"toString"}'],
    ["a procedure twice, and the last one is unknown", '{"procedure":"upgrade","image":"crm:2","procedure":"destroy"}'],
    ["an image of 60,000 characters", JSON.stringify({ procedure: "upgrade", image: `crm:${"2".repeat(60_000)}` })],
    ["an image with a line break", JSON.stringify({ procedure: "upgrade", image: "crm:2\n::set-output" })],
    ["an image that is a list", '{"procedure":"upgrade","image":["crm:2"]}'],
    ["a comment of 60,000 characters", JSON.stringify({ procedure: "maintenance", comment: "x".repeat(60_000) })],
    ["counts without end", '{"procedure":"first-start","counts":{"crm-web":1e308}}'],
    ["a time in the year 300000", '{"procedure":"maintenance","notBefore":"+300000-01-01T00:00:00Z"}'],
    ["thousands of keys", JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`k${at}`, 1])))],
  ])("with %s is refused, and the answer stays short", async (_what, body) => {
    const { code, body: answered } = await asOperator({ body });
    expect(code).toBe("invalid-request");
    expect(answered.length).toBeLessThan(20_000);
  });

  it("changes no prototype", async () => {
    await asOperator({ body: '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}' });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it.each<[string, Record<string, string>]>([
    ["", {}],
    [" in pieces", { "transfer-encoding": "chunked" }],
    [" that says it is short", { "content-length": "2" }],
  ])("that is too large%s is refused before it is read as JSON", async (_how, headers) => {
    const body = JSON.stringify({ procedure: "upgrade", comment: "x".repeat(1_000_000) });
    expect(await asOperator({ body, headers })).toMatchObject({ status: 413, code: "body-too-large" });
    expect(await asOperator({ body: deep("[", "]", 100_000), headers })).toMatchObject({ code: "body-too-large" });
  });

  it("that is too large is none of a stranger's business", async () => {
    expect((await api.refused({ body: "x".repeat(1_000_000) })).code).toBe("unauthenticated");
  });
});

describe("a query", () => {
  it.each([
    "limit=1&limit=2",
    "limit=-1",
    "limit=0x10",
    "limit=1e9",
    "limit[]=1",
    "limit=1%00",
    "before=../../x",
    "status=held&status=destroyed",
    "target[$ne]=x",
    "__proto__[limit]=1",
    `unknown=${"x".repeat(5_000)}`,
  ])("that is not understood is refused, not overlooked: %s", async (query) => {
    expect((await asOperator({ method: "GET", path: "/v1/operations", query })).code).toBe("invalid-parameter");
  });

  it("of a start is none", async () => {
    expect((await asOperator({ query: "procedure=rollback" })).code).toBe("invalid-parameter");
    expect((await asOperator({ path: START, query: "target=wiki" })).code).toBe("invalid-parameter");
  });
});
