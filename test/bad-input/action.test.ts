import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readInputs } from "../../src/action/inputs.ts";
import { apiUrl } from "../action/fake-api.ts";
import { runAction, workflowRun } from "../action/run-action.ts";
import { image } from "../action/scripts.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { json, text } from "./anything.ts";
import { runs, timeout } from "./search.ts";

const { inputs: declared } = parse(readFileSync("action.yml", "utf8")) as {
  inputs: Record<string, { default?: string }>;
};
const names = Object.keys(declared);
const right = { "api-url": apiUrl, target: "crm", procedure: "upgrade", image };

describe("whatever a workflow gives the action", () => {
  it("is inputs, or problems that name the input and what was expected", { timeout }, () => {
    const value = fc.oneof(
      text,
      fc.constantFrom(
        "upgrade",
        "rollback",
        "plan",
        "true",
        "90m",
        "crm-web=3",
        "2026-01-15T22:00:00+01:00",
        "op-20260115-020000-3f9a2c",
        "none",
      ),
    );
    const given = fc.dictionary(fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...names) }, text), value, {
      maxKeys: 6,
    });
    fc.assert(
      fc.property(given, (wild) => {
        const all = {
          ...Object.fromEntries(names.map((name) => [name, declared[name]?.default ?? ""])),
          ...right,
          ...wild,
        };
        const env = Object.fromEntries(
          Object.entries(all).map(([name, each]) => [`INPUT_${name.toUpperCase()}`, each]),
        );
        const read = readInputs(env, workflowRun);
        if (read.ok) return;
        expect(read.problems.length).toBeGreaterThan(0);
        for (const problem of read.problems) expect(problem).toMatch(/expected|needs|takes|unknown|not|required/i);
      }),
      runs(300),
    );
  });
});

const TOKEN = "canary-that-nobody-is-told";
const status = fc.constantFrom(
  200,
  200,
  202,
  201,
  204,
  301,
  302,
  304,
  400,
  401,
  403,
  404,
  409,
  418,
  422,
  500,
  502,
  503,
);
const body = fc.oneof(
  fc.constantFrom(
    "",
    "<html>gateway</html>",
    '{"id":"op-20260115-020000-3f9a2c"',
    '{"id":1}',
    "null",
    "[]",
    '{"message":"Forbidden"}',
    "::error::x\n::set-output name=x::y",
  ),
  json.map((each) => JSON.stringify(each)),
  text,
);
const lie = fc.record({
  status,
  body,
  type: fc.constantFrom("application/json", "application/problem+json", "text/html", ""),
  location: fc.constantFrom("", "https://evil.example.com/", "/v1/operations/x", "javascript:x"),
});

describe("whatever answers in the place of the API", () => {
  it("ends the step with a message and the exit code 1, and says no command of its own", {
    timeout: timeout * 2,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(lie, { minLength: 1, maxLength: 4 }), async (lies) =>
        inVirtualTime(async () => {
          let asked = 0;
          const answer = async (): Promise<Response> => {
            const each = lies[Math.min(asked++, lies.length - 1)]!;
            const hasBody = ![204, 304].includes(each.status);
            return new Response(hasBody ? each.body : null, {
              status: each.status,
              headers: {
                "content-type": each.type,
                ...(each.location && { location: each.location }),
                "x-secret": TOKEN,
              },
            });
          };
          const { exitCode, ...recorded } = await runAction(answer as typeof fetch);
          expect(exitCode).toBe(1);
          expect(JSON.stringify(recorded).length).toBeGreaterThan(10);
          expect(JSON.stringify(recorded)).not.toContain(TOKEN);
        }),
      ),
      runs(25),
    );
  });
});
