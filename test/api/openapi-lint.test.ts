import { createConfig, lintFromString } from "@redocly/openapi-core";
import { describe, expect, it } from "vitest";
import { generated } from "../../scripts/openapi.ts";
import { examples } from "../../src/api/examples/by-operation.ts";
import { problemTypes } from "../../src/api/problem.ts";
import { decisionRequestSchema, restoreRequestSchema } from "../../src/api/schemas.ts";
import { operationOrderSchema } from "../../src/operations/operation.ts";

const text = generated()["openapi.json"] ?? "";
type Media = { examples?: Record<string, { $ref: string }> };
type Answer = { content?: Record<string, Media> };
type Operation = { requestBody?: Answer; responses: Record<string, Answer> };
type Document = {
  paths: Record<string, Record<string, Operation>>;
  components: { examples: Record<string, { value: { status?: unknown } }> };
};
const document = JSON.parse(text) as Document;

/** Everything that the linter recommends, strictly, and what it leaves to each project. */
const config = await createConfig({
  extends: ["recommended-strict"],
  rules: {
    // What is open to all takes whatever query comes along: a page, a script, this very document.
    "operation-4xx-response": "off",
    "operation-description": "error",
    "operation-tag-defined": "error",
    "operation-singular-tag": "error",
    "tag-description": "error",
    "parameter-description": "error",
    "paths-kebab-case": "error",
    "info-contact": "error",
    "no-invalid-media-type-examples": "error",
    "no-invalid-schema-examples": "error",
  },
});
const lint = async (source: string) =>
  (await lintFromString({ source, absoluteRef: "openapi.json", config })).map(
    ({ ruleId, message, location }) => `${ruleId}: ${message} (${location[0]?.pointer})`,
  );

describe("openapi.json", () => {
  it("passes the linter, with every example valid by its schema", async () => {
    expect(await lint(text)).toEqual([]);
  });

  it("would not, if an example were not what its schema says", async () => {
    const broken = structuredClone(document);
    broken.components.examples["operation-held"]!.value.status = "on fire";
    expect(await lint(JSON.stringify(broken))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^no-invalid-media-type-examples: .*status/)]),
    );
  });

  it("has an example of every request, answer and problem of v1", () => {
    const without = Object.entries(document.paths)
      .filter(([path]) => path.startsWith("/v1/"))
      .flatMap(([path, item]) =>
        Object.entries(item).flatMap(([method, { requestBody, responses }]) =>
          Object.entries({ request: requestBody ?? {}, ...responses }).flatMap(([what, { content = {} }]) =>
            Object.entries(content).flatMap(([type, media]) =>
              Object.keys(media.examples ?? {}).length ? [] : [`${method} ${path} ${what} ${type}`],
            ),
          ),
        ),
      );
    expect(without).toEqual([]);
  });

  it("shows each problem that is answered anywhere with its own status", () => {
    for (const [name, { value }] of Object.entries(document.components.examples)) {
      const code = /^problem-(.*)$/.exec(name)?.[1];
      if (code) expect(value).toMatchObject({ code, status: problemTypes[code as keyof typeof problemTypes].status });
    }
  });

  it("shows requests that the API takes", () => {
    const taken = {
      startOperation: operationOrderSchema,
      plan: operationOrderSchema,
      decide: decisionRequestSchema,
      restore: restoreRequestSchema,
    };
    for (const [operation, schema] of Object.entries(taken)) {
      const requests = Object.values(examples[operation]?.request ?? {});
      expect(requests.length).toBeGreaterThan(0);
      for (const { value } of requests) expect(schema.safeParse(value).error).toBeUndefined();
    }
  });
});
