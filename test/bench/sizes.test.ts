import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { BYTE_BUDGETS } from "../../bench/size/budgets.ts";
import { buildBundles } from "../../bench/size/bundles.ts";

test("nothing that is shipped has grown beyond its budget of bytes", { timeout: 60_000 }, async () => {
  const outDir = await mkdtemp(join(tmpdir(), "intermission-sizes-"));
  onTestFinished(() => rm(outDir, { recursive: true }));
  const built = await buildBundles(process.cwd(), outDir);
  const tooLarge = built.filter(({ bundle, bytes }) => !(bytes <= BYTE_BUDGETS[bundle]));
  expect(tooLarge).toEqual([]);
  expect(built.map(({ bundle }) => bundle).toSorted()).toEqual(Object.keys(BYTE_BUDGETS).toSorted());
});
