import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { readInputs } from "../../src/action/inputs.ts";
import { workflowRun } from "./run-action.ts";

type Step = { uses?: string; with?: Record<string, string | boolean | number> };
type Workflow = { jobs?: Record<string, { steps?: Step[] }> };

/** What stands for an expression that only GitHub can evaluate. */
const examples: Record<string, string> = {
  "api-url": "https://intermission.example.com",
  image: "crm:2.0.0",
  "operation-id": "op-20260115-020000-3f9a2c",
};
const evaluated = (name: string, value: string): string =>
  /^\$\{\{[^}]*\}\}$/.test(value) ? (examples[name] ?? "1.0") : value.replace(/\$\{\{[^}]*\}\}/g, "1.0");

const steps = ["README.md", "docs/action.md"].flatMap((page) =>
  [...readFileSync(page, "utf8").matchAll(/^( *)```yaml\n([\s\S]*?)^ *```/gm)]
    .map(([, indent, text]) => parse(text!.replaceAll(new RegExp(`^${indent}`, "gm"), "")) as Workflow | null)
    .flatMap((workflow) => Object.values(workflow?.jobs ?? {}))
    .flatMap(({ steps = [] }) => steps)
    .filter(({ uses }) => uses?.startsWith("intermission-dev/intermission@"))
    .map((step, index) => ({ name: `${page}, step ${index + 1}`, step })),
);

test("there are documented steps to try", () => expect(steps.length).toBeGreaterThanOrEqual(4));

test.for(steps)("the inputs of $name are right", ({ step }) => {
  const env = Object.entries(step.with ?? {}).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    evaluated(name, String(value)),
  ]);
  const read = readInputs(Object.fromEntries(env), workflowRun);
  expect(read.ok ? [] : read.problems).toEqual([]);
});
