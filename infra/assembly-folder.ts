import { mkdir, readdir, rm } from "node:fs/promises";

/** Empties the folder for another cloud assembly. Throws where there is something else in it. */
export async function emptyForAssembly(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((): string[] => []);
  if (entries.length > 0 && !entries.includes("manifest.json"))
    throw new Error(
      `expected a folder that is empty, or that holds what was made before, found others' files in ${folder}`,
    );
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}
