import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Summary } from "../../infra/summary.ts";

const run = promisify(execFile);
const MEGABYTE = 1_000_000;

let out: string;
let summary: Summary;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), "intermission-cdk-"));
  const args = ["scripts/synth.ts", "--file", "examples/intermission.production.yml", "--out", out, "--json"];
  // Nothing of an account: neither credentials nor a region.
  const { stdout } = await run(process.execPath, args, { env: { PATH: process.env.PATH, HOME: out } });
  summary = JSON.parse(stdout) as Summary;
});
afterAll(() => rm(out, { recursive: true }));

describe("npm run synth with the functions as they are built", () => {
  it("makes a template that CloudFormation's schemas and cdk-nag agree with, without an account", async () => {
    expect(summary.stack).toBe("intermission");
    expect(summary.template).toBe(join(out, "intermission.template.json"));
    const { pluginReports } = JSON.parse(await readFile(join(out, "validation-report.json"), "utf8")) as {
      pluginReports: unknown[];
    };
    expect(pluginReports).toEqual([]);
  });

  it("makes small functions, each with its source map", () => {
    expect(summary.functions.map(({ name }) => name).sort()).toEqual([
      "intermission-announce",
      "intermission-api",
      "intermission-execution-ended",
      "intermission-runbook",
      "intermission-watch",
    ]);
    for (const { bytes, sourceMapBytes } of summary.functions) {
      expect(bytes).toBeLessThan(3.5 * MEGABYTE);
      expect(sourceMapBytes).toBeGreaterThan(0);
    }
  });

  it("makes what the CDK's own command line takes", async () => {
    const cdk = join(dirname(createRequire(import.meta.url).resolve("aws-cdk/package.json")), "bin/cdk");
    const { stdout } = await run(process.execPath, [cdk, "list", "--app", out, "--no-notices"], {
      env: { PATH: process.env.PATH, HOME: out, CDK_DISABLE_CLI_TELEMETRY: "true" },
    });
    expect(stdout.trim()).toBe("intermission");
  });
});
