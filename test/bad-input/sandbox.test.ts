import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSeed } from "../../src/sandbox/seed/load-seed.ts";
import { createToy } from "../sandbox/wire/toy.ts";
import { json, text } from "./anything.ts";
import { runs, timeout } from "./search.ts";

describe("whatever reaches the sandbox's wire", () => {
  it("is answered with an error of AWS, and never breaks it", { timeout }, async () => {
    const bugs: unknown[] = [];
    const { handle } = createToy({ secrets: undefined, onBug: (bug: unknown) => void bugs.push(bug) });
    const signed = `AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/x/aws4_request, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`;
    const request = fc.record({
      method: fc.constantFrom("POST", "GET", "PUT", "DELETE", "OPTIONS"),
      path: fc.oneof(fc.constantFrom("/", "//", "/2015-03-31/functions/x/invocations", "/%ff", "/%"), text),
      query: fc.oneof(fc.constant(""), text),
      headers: fc.record(
        {
          authorization: fc.oneof({ weight: 3, arbitrary: fc.constant(signed) }, text),
          "x-amz-target": fc.oneof(
            fc.constantFrom(
              "AmazonEC2ContainerServiceV20141113.DescribeServices",
              "AmazonEC2ContainerServiceV20141113.RunTask",
              "X.Y",
              ".",
            ),
            text,
          ),
          "content-type": fc.oneof(
            fc.constantFrom("application/x-amz-json-1.1", "application/x-www-form-urlencoded"),
            text,
          ),
        },
        { requiredKeys: [] },
      ),
      body: fc.oneof(
        fc.uint8Array({ maxLength: 100 }),
        fc
          .oneof(
            text,
            json.map((each) => JSON.stringify(each)),
            fc.constantFrom(
              "Action=DescribeRules&Version=2015-12-01",
              "Action=&Version=",
              "a.member.1=x&a.member.99999999=y",
            ),
          )
          .map((each) => Buffer.from(each)),
      ),
    });
    await fc.assert(
      fc.asyncProperty(request, async (sent) => {
        const reply = await handle(sent as Parameters<typeof handle>[0]);
        expect(reply.status).toBeGreaterThanOrEqual(200);
        expect(reply.status, Buffer.from(reply.body).toString()).toBeLessThan(500);
        expect(Buffer.from(reply.body).toString()).not.toMatch(/\bat \S+ \(|node_modules/);
      }),
      runs(300),
    );
    expect(bugs).toEqual([]);
  });

  it("is a seed, or an error with what was expected", { timeout }, async () => {
    const file = fc.oneof(
      text,
      json.map((each) => JSON.stringify(each)),
    );
    await fc.assert(
      fc.asyncProperty(file, async (given) => {
        const error: unknown = await parseSeed(given, { fileName: "sandbox.yml", directory: "examples" }).then(
          () => undefined,
          (refused: unknown) => refused,
        );
        if (error instanceof Error) expect(String(error)).toMatch(/^SeedError: sandbox\.yml has \d+ problems?:/);
        else expect(error).toBeUndefined();
      }),
      runs(100),
    );
  });
});
