import { access } from "node:fs/promises";
import { join } from "node:path";

/** The paths of the functions' bundles: ES modules that export `handler`. */
export type Bundles = { api: string; runbook: string; executionEnded: string; announce: string; watch: string };

/** Where scripts/build.ts puts them below its folder. */
export const bundlesIn = (directory: string): Bundles => ({
  api: join(directory, "api/index.mjs"),
  runbook: join(directory, "runbook/index.mjs"),
  executionEnded: join(directory, "execution-ended/index.mjs"),
  announce: join(directory, "announce/index.mjs"),
  watch: join(directory, "watch/index.mjs"),
});

/** Throws where a bundle is not there, and says how to make it. */
export async function requireBundles(bundles: Bundles): Promise<void> {
  const missing: string[] = [];
  for (const path of Object.values(bundles)) await access(path).catch(() => missing.push(path));
  if (missing.length > 0)
    throw new Error(`The functions have not been built (no ${missing.join(", ")}): run \`npm run build\` first.`);
}
