import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildLambda } from "../../scripts/build-lambda.ts";
import { bundlesIn } from "../../src/sandbox/bundles.ts";
import { sweepRun } from "../sweep/sweep-run.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
let built: string;

beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), "intermission-sweep-"));
  await buildLambda({ root, outDir: built });
});
afterAll(() => rm(built, { recursive: true, force: true }));

// `npm run sweep` ends it at every checkpoint too, and in the other procedures.
test("an upgrade whose worker is killed before or after every effect on AWS ends right, with one snapshot and one leader", async () => {
  const moments = new Map<string, "before" | "after">();
  const { hits, violations, hang } = await sweepRun({
    bundles: bundlesIn(built),
    procedure: "upgrade",
    mode: "kill",
    points({ kind, service, name, moment }) {
      if (kind !== "effect" || service === "DynamoDB") return false;
      if (!moments.has(name)) moments.set(name, moments.size % 2 === 0 ? "before" : "after");
      return moments.get(name) === moment;
    },
  });
  expect({ violations, hang }).toEqual({ violations: [], hang: undefined });
  expect(hits.length).toBeGreaterThan(14);
  expect(hits.map(({ point }) => point)).toEqual([...moments].map(([name, moment]) => `${moment} ${name}`));
});
