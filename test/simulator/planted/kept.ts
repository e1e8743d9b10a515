import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import type { Scenario } from "../scenario.ts";
import { scenarioOfSeed } from "../scenario-of-seed.ts";
import { bugNamed } from "./catalogue.ts";
import type { Searched } from "./find-worker.ts";

const DIRECTORY = new URL("./kept/", import.meta.url);

/** For each bug a history that shows it, whatever the generator draws from that seed by now. */
export async function keptHistories(): Promise<Map<string, Scenario>> {
  const files = (await readdir(DIRECTORY)).filter((file) => file.endsWith(".json"));
  const read = async (file: string) => JSON.parse(await readFile(new URL(file, DIRECTORY), "utf8")) as Scenario;
  return new Map(
    await Promise.all(files.toSorted().map(async (file) => [file.replace(/\.json$/, ""), await read(file)] as const)),
  );
}

/** Keeps the histories that a search has found. */
export async function keepHistories(searched: readonly Searched[]): Promise<void> {
  await mkdir(DIRECTORY, { recursive: true });
  for (const { name, found } of searched)
    if (found) {
      const scenario = scenarioOfSeed(found.seed, bugNamed(name).restriction);
      await writeFile(new URL(`${name}.json`, DIRECTORY), `${JSON.stringify(scenario, null, 2)}\n`);
    }
}
