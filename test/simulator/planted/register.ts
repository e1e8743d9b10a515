import { registerHooks } from "node:module";
import { bugNamed } from "./catalogue.ts";
import { filesOf, planted } from "./plant.ts";

/**
 * `node --import ./test/simulator/planted/register.ts …` with INTERMISSION_PLANT=NAME runs production code with that bug in it. Without the
 * variable nothing is planted.
 */
const SOURCES = new URL("../../../src/", import.meta.url).href;
const { INTERMISSION_PLANT: name } = process.env;
if (name) plant(name);

function plant(name: string): void {
  const bug = bugNamed(name);
  const files = filesOf(bug);
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const file = url.startsWith(SOURCES) ? url.slice(SOURCES.length) : undefined;
      if (file === undefined || !files.includes(file)) return loaded;
      return { ...loaded, source: planted(bug, { file, source: textOf(loaded.source) }) };
    },
  });
}

const textOf = (source: string | ArrayBuffer | NodeJS.TypedArray | undefined | null): string =>
  typeof source === "string" ? source : Buffer.from((source ?? "") as Uint8Array).toString("utf8");
