import { Sha256 } from "@smithy/core/checksum";
import { buildQueryString, HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import type { RequestSigningArguments } from "@smithy/types";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { WireRequest } from "../../../src/sandbox/wire/messages.ts";
import { authenticate, type Verification } from "../../../src/sandbox/wire/sigv4.ts";

const NOW = Date.parse("2026-01-15T02:00:00Z");
const key = { accessKeyId: "A", secretAccessKey: "secret", sessionToken: "tok" };

type Case = {
  change?: Partial<WireRequest>;
  headers?: Record<string, string>;
  signing?: RequestSigningArguments;
  checksum?: boolean;
  scope?: Verification["scope"];
  secretAccessKey?: string;
};

/** Signs a request, changes it, and says whether it is still taken for the signer's: the identity, or the error's code. */
async function present({ change, headers, signing, checksum = false, scope, secretAccessKey }: Case = {}) {
  const signer = new SignatureV4({
    credentials: key,
    region: "us-east-1",
    service: "execute-api",
    sha256: Sha256,
    applyChecksum: checksum,
  });
  const signed = await signer.sign(
    new HttpRequest({
      method: "POST",
      path: "/a%20b/é",
      query: { z: ["2", "1"], a: "x y+/:=", flag: "" },
      headers: { host: "h", "x-mine": "a  b" },
      body: '{"a":1}',
    }),
    { signingDate: new Date(NOW), ...signing },
  );
  const request: WireRequest = {
    method: "POST",
    path: signed.path,
    query: "z=2&a=x%20y%2B%2F%3A%3D&z=1&flag",
    body: Buffer.from(String(signed.body)),
    ...change,
    headers: { ...signed.headers, ...headers },
  };
  const secrets = (id: string) => (id === "A" ? { ...key, ...(secretAccessKey && { secretAccessKey }) } : undefined);
  try {
    return authenticate(request, { secrets, scope, nowMs: NOW });
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test("a signature names its signer", async () => {
  const identity = { accessKeyId: "A", region: "us-east-1", service: "execute-api", sessionToken: "tok" };
  expect(await present()).toEqual(identity);
  expect(await present({ checksum: true })).toEqual(identity);
});

test("whatever the SDK signs is taken for its signer's", async () => {
  const text = fc.string({ unit: "grapheme", maxLength: 8 });
  const words = fc.array(fc.constantFrom("a", "b c", "é", "..", ".", "", "x%2Fy", "(1)*'!"), { maxLength: 5 });
  const requests = fc.record({
    method: fc.constantFrom("GET", "POST"),
    path: words.map((segments) => `/${segments.map(encodeURIComponent).join("/")}`),
    query: fc.dictionary(text, fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })), { maxKeys: 3 }),
    headers: fc.dictionary(fc.stringMatching(/^x-[a-z]{1,8}$/), fc.stringMatching(/^[ -~\t]{0,9}$/), { maxKeys: 3 }),
    body: text,
  });
  await fc.assert(
    fc.asyncProperty(requests, fc.constantFrom("execute-api", "s3"), async ({ query, body, ...request }, service) => {
      const signer = new SignatureV4({
        ...{ credentials: key, region: "us-east-1", service, sha256: Sha256, uriEscapePath: service !== "s3" },
      });
      const headers = { host: "h", ...request.headers };
      const unsigned = new HttpRequest({ ...request, headers, query, body });
      const signed = await signer.sign(unsigned, { signingDate: new Date(NOW) });
      const received = { ...request, headers: signed.headers, query: buildQueryString(query), body: Buffer.from(body) };
      expect(authenticate(received, { secrets: () => key, nowMs: NOW }).accessKeyId).toBe("A");
    }),
  );
});

describe("a signature covers", () => {
  test.each<[string, Case]>([
    ["the method", { change: { method: "PUT" } }],
    ["the path", { change: { path: "/a%20b/x" } }],
    ["the query", { change: { query: "z=2&z=1&flag" } }],
    ["the body", { change: { body: Buffer.from("{}") } }],
    ["the body by its declared hash", { change: { body: Buffer.from("{}") }, checksum: true }],
    ["a signed header", { headers: { "x-mine": "c" } }],
    ["the host", { headers: { host: "other" } }],
    ["the secret", { secretAccessKey: "other" }],
  ])("%s", async (_what, change) => {
    expect(await present(change)).toBe("InvalidSignatureException");
  });
});

describe("refuses", () => {
  test.each<[string, Case, string]>([
    ["another session token", { headers: { "x-amz-security-token": "other" } }, "UnrecognizedClientException"],
    [
      "a signature that is six minutes old",
      { signing: { signingDate: new Date(NOW - 6 * 60_000) } },
      "InvalidSignatureException",
    ],
    [
      "a signature from six minutes ahead",
      { signing: { signingDate: new Date(NOW + 6 * 60_000) } },
      "InvalidSignatureException",
    ],
    [
      "a signature without the host",
      { signing: { signableHeaders: new Set(["x-mine"]), unsignableHeaders: new Set(["host"]) } },
      "InvalidSignatureException",
    ],
    ["another service's scope", { scope: { service: "ecs" } }, "InvalidSignatureException"],
    ["another region's scope", { scope: { region: "eu-central-1" } }, "InvalidSignatureException"],
    ["half a header", { headers: { authorization: "AWS4-HMAC-SHA256 Credential=A" } }, "IncompleteSignatureException"],
    ["no header", { headers: { authorization: "" } }, "MissingAuthenticationTokenException"],
    ["a query that is not UTF-8", { change: { query: "a=%E0%A4%A" } }, "InvalidSignatureException"],
  ])("%s", async (_what, change, code) => {
    expect(await present(change)).toBe(code);
  });
});

test("takes a signature of four minutes ago, and its own service and region", async () => {
  const signing = { signingDate: new Date(NOW - 4 * 60_000) };
  const scope = { service: "execute-api", region: "us-east-1" };
  expect(await present({ signing, scope })).toMatchObject({ accessKeyId: "A" });
});
