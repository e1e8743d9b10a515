import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parseDocument } from "yaml";
import { type LoadedSeed, parseSeed } from "../sandbox/seed/load-seed.ts";
import type { Course } from "./breakages.ts";

/** The noticeboard's sandbox.yml with what this course changes in it. Throws a SeedError. */
export async function readSeed(file: string, { changes = [] }: Pick<Course, "changes">): Promise<LoadedSeed> {
  const document = parseDocument(await readFile(file, "utf8"), { merge: true });
  for (const { path, value } of changes) {
    if (!document.hasIn(path.slice(0, -1)))
      throw new Error(`expected ${path.join(" › ")} in ${file}, found no such place`);
    document.setIn(path, document.createNode(value));
  }
  return parseSeed(document.toString(), { fileName: file, directory: dirname(file) });
}
