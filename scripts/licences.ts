import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Metafile } from "esbuild";

/** The licence of every package of which something is in the bundle, one after another. Throws for a package without the text of one. */
export async function licenceTexts({ root, metafile }: { root: string; metafile: Metafile }): Promise<string> {
  const folders = new Set(
    Object.values(metafile.outputs)
      .flatMap((output) => Object.entries(output.inputs))
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .flatMap(([path]) => packageFolder(path) ?? []),
  );
  const packages = await Promise.all([...folders].map((folder) => describe(join(root, folder))));
  const unique = new Map(packages.map((entry) => [`${entry.name}@${entry.version}`, entry]));
  const sections = [...unique]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { licence, text }]) => `${id} (${licence})\n\n${text.trim()}\n`);
  return `The files of this folder contain code of these packages.\n\n${sections.map((section) => `${"-".repeat(79)}\n${section}`).join("\n")}`;
}

function packageFolder(path: string): string | undefined {
  return path.match(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0];
}

async function describe(folder: string): Promise<{ name: string; version: string; licence: string; text: string }> {
  const { name, version, license: licence } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  if (typeof licence !== "string") throw new Error(`${name}@${version}: expected a licence in its package.json`);
  const file = (await readdir(folder)).sort().find((entry) => /^licen[cs]e(\.(md|txt))?$/i.test(entry));
  if (file === undefined)
    throw new Error(`${name}@${version}: expected the text of its licence (${licence}) beside its package.json`);
  const text = await readFile(join(folder, file), "utf8");
  if (text.trim() === "")
    throw new Error(`${name}@${version}: expected the text of its licence in ${file}, found an empty file`);
  return { name, version, licence, text: text.replaceAll("\r\n", "\n") };
}
