import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { generated } from "../../scripts/openapi.ts";
import { problemTypes } from "../../src/api/problem.ts";

type Response = { content?: Record<string, unknown> };
type Operation = { operationId: string; security: object[]; responses: Record<string, Response> };
const document = JSON.parse(generated()["openapi.json"] ?? "") as {
  paths: Record<string, Record<string, Operation>>;
};

describe("what is generated from the routes", () => {
  it.each(Object.entries(generated()))("%s is up to date; if not, run: node scripts/openapi.ts", (path, text) => {
    expect(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8")).toBe(text);
  });

  it("says on every route of v1 who may ask and what problems there are", () => {
    for (const [path, item] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(item)) {
        const isOpen = !path.startsWith("/v1/");
        expect(operation.security, `${method} ${path}`).toEqual(isOpen ? [] : [{ githubOidc: [] }, { awsSigV4: [] }]);
        if (!isOpen) expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(["401", "403", "503"]));
      }
    }
  });

  it("has no path that curl would sign wrongly", () => {
    for (const path of Object.keys(document.paths)) expect(path).toMatch(/^[\w\-./{}]+$/);
  });

  it("names operations once", () => {
    const names = Object.values(document.paths).flatMap((item) => Object.values(item).map((each) => each.operationId));
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("the table of problems", () => {
  it("has codes in kebab-case and a way out of each", () => {
    for (const [code, { title, fix }] of Object.entries(problemTypes)) {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(title.length).toBeGreaterThan(10);
      expect(fix.length).toBeGreaterThan(10);
    }
  });
});
