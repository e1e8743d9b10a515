import { copyFile, cp, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type FunctionName, functionNames } from "./permissions/grant.ts";

/** The name of the configuration in the functions that read it: what `INTERMISSION_TARGETS` says. */
export const CONFIGURATION_IN_BUNDLE = "intermission.yml";
const readsConfiguration = (name: FunctionName) => name === "api" || name === "watch";

/** Of each function the folder that becomes its code. */
export type FunctionFolders = Record<FunctionName, string>;

type Sources = {
  /** The folder with a folder for each function, as scripts/build.ts makes it. */
  bundles: string;
  configurationFile: string;
  /** The page files that the configuration names, relative to it. */
  pageFiles: string[];
};

/**
 * Calls `use` with folders that hold what each function needs: its bundle with its source map and, where it reads them, the configuration
 * and the page files that it names. They are gone afterwards. Throws where a bundle is missing, and says how to make it.
 */
export async function withFunctionFolders<Result>(
  { bundles, configurationFile, pageFiles }: Sources,
  use: (folders: FunctionFolders) => Promise<Result>,
): Promise<Result> {
  await requireBundles(bundles);
  const root = await mkdtemp(join(tmpdir(), "intermission-functions-"));
  const folder = (name: FunctionName) => join(root, name);
  try {
    for (const name of functionNames) {
      await cp(join(bundles, name), folder(name), { recursive: true });
      if (!readsConfiguration(name)) continue;
      await copyFile(configurationFile, join(folder(name), CONFIGURATION_IN_BUNDLE));
      for (const file of pageFiles) await copyBeside({ file, from: dirname(configurationFile), to: folder(name) });
    }
    return await use(Object.fromEntries(functionNames.map((name) => [name, folder(name)])) as FunctionFolders);
  } finally {
    await rm(root, { recursive: true });
  }
}

async function copyBeside({ file, from, to }: { file: string; from: string; to: string }): Promise<void> {
  await mkdir(dirname(join(to, file)), { recursive: true });
  await copyFile(join(from, file), join(to, file));
}

async function requireBundles(bundles: string): Promise<void> {
  const paths = functionNames.map((name) => join(bundles, name, "index.mjs"));
  const there = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  const missing = paths.filter((_, index) => !there[index]);
  if (missing.length > 0)
    throw new Error(
      `expected the bundles of the functions, found no ${missing.join(", ")}. Make them with \`npm run build -- --only lambda\``,
    );
}
