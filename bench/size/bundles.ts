import { join } from "node:path";
import { buildAction } from "../../scripts/build-action.ts";
import { buildLambda } from "../../scripts/build-lambda.ts";
import type { Bundle } from "./budgets.ts";

export type Built = { bundle: Bundle; bytes: number; entry: string };

/** Builds everything that is shipped, as it is shipped. */
export async function buildBundles(root: string, outDir: string): Promise<Built[]> {
  const functions = await buildLambda({ root, outDir });
  const action = await buildAction({ root, outDir: join(outDir, "action") });
  const loaded = ["index.js", "shared.js", "toolkit.js"].map((name) => action.get(name) ?? Number.NaN);
  return [
    ...functions.map((built) => ({
      bundle: built.name as Bundle,
      bytes: "bytes" in built ? built.bytes : Number.NaN,
      entry: join(outDir, built.name, "index.mjs"),
    })),
    { bundle: "action", bytes: loaded.reduce((sum, bytes) => sum + bytes, 0), entry: join(outDir, "action/index.js") },
  ];
}
