import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";
import { licenceTexts } from "./licences.ts";

/** The toolkit is partly CommonJS, which needs a require that ESM does not have. */
export const requireBanner =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/** Bundles the action. Reproducible: the same sources and lockfile give the same bytes, wherever they are. Answers the size of each file. */
export async function buildAction({ root, outDir }: { root: string; outDir: string }): Promise<Map<string, number>> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: { index: "src/action/index.ts", cleanup: "src/action/cleanup.ts" },
    outdir: "dist",
    bundle: true,
    splitting: true,
    chunkNames: "[name]-[hash]",
    platform: "node",
    format: "esm",
    target: "node24",
    minify: true,
    keepNames: true,
    legalComments: "none",
    charset: "utf8",
    banner: { js: requireBanner },
    plugins: [englishOnly],
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  refuseForbidden(metafile);
  const files = named(
    new Map(outputFiles.map((file) => [file.path.slice(join(root, "dist").length + 1), file.text])),
    metafile,
  );
  files.set("licenses.txt", await licenceTexts({ root, metafile }));
  files.set("package.json", `${JSON.stringify({ type: "module" })}\n`);

  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  for (const [name, text] of files) await writeFile(join(outDir, name), text);
  return new Map([...files].map(([name, text]) => [name, Buffer.byteLength(text)]));
}

/**
 * Chunks get names that stay: `github.js` is loaded only where GitHub's API is asked, `shared.js` has our own code, `toolkit.js` what the two of
 * them share. esbuild names chunks by their content alone.
 */
function named(files: ReadonlyMap<string, string>, { outputs }: Metafile): Map<string, string> {
  const names = Object.entries(outputs).flatMap(([path, { entryPoint, inputs }]): [string, string][] => {
    const file = path.slice("dist/".length);
    if (!/-[0-9A-Z]{8}\.js$/.test(file)) return [];
    if (entryPoint !== undefined) return [[file, "github.js"]];
    return [[file, "src/action/main.ts" in inputs ? "shared.js" : "toolkit.js"]];
  });
  if (new Set(names.map(([, name]) => name)).size < names.length)
    throw new Error(`expected one chunk of each kind, found ${names.map((pair) => pair.join(" as ")).join(", ")}`);
  const rename = (text: string) => names.reduce((all, [file, name]) => all.replaceAll(file, name), text);
  return new Map([...files].map(([file, text]) => [rename(file), rename(text)]));
}

/** zod carries its messages in fifty languages, a tenth of a function and a third of the action; only English is ever asked for. */
export const englishOnly: Plugin = {
  name: "english-only",
  setup(build) {
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, ({ path }) => ({
      contents: 'export { default as en } from "./en.js";',
      resolveDir: dirname(path),
    }));
  },
};

/** The action talks to the API alone; it must never be able to talk to AWS. Throws, naming what brought the SDK in. */
export function refuseForbidden(metafile: Pick<Metafile, "inputs">): void {
  const found = Object.keys(metafile.inputs).filter((path) => /node_modules\/@(aws-sdk|smithy|aws)\//.test(path));
  if (found.length === 0) return;
  const importers = Object.entries(metafile.inputs)
    .filter(([path, { imports }]) => !found.includes(path) && imports.some((imported) => found.includes(imported.path)))
    .map(([path]) => path);
  throw new Error(
    `the action's bundle must not contain the AWS SDK, which ${importers.join(", ") || found[0]} brings in`,
  );
}

/** The names of the files that differ, or that only one of two flat folders has. */
export async function differences(one: string, other: string): Promise<string[]> {
  const list = (folder: string) => readdir(folder).catch(() => []);
  const names = new Set([...(await list(one)), ...(await list(other))]);
  const read = (folder: string, name: string) => readFile(join(folder, name), "utf8").catch(() => undefined);
  const compared = await Promise.all(
    [...names].sort().map(async (name) => ({ name, same: (await read(one, name)) === (await read(other, name)) })),
  );
  return compared.filter(({ same }) => !same).map(({ name }) => name);
}
