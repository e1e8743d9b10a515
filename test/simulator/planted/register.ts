import { type LoadFnOutput, registerHooks, stripTypeScriptTypes } from "node:module";
import { bugNamed } from "./catalogue.ts";
import { filesOf, planted } from "./plant.ts";

/**
 * `node --import ./test/simulator/planted/register.ts …` with INTERMISSION_PLANT=NAME runs production code with that bug in it. Besides, whoever
 * imports a module of this repository as `…?plant=NAME` gets it, and all of ours that it imports, once more with that bug: so one
 * process can run many, on one and the same SDK.
 */
const ROOT = new URL("../../../", import.meta.url).href;
const SOURCES = `${ROOT}src/`;
const ofProcess = process.env.INTERMISSION_PLANT || undefined;
if (ofProcess) bugNamed(ofProcess);

const withoutTypes = new Map<string, LoadFnOutput>();

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    const name = plantIn(context.parentURL ?? "");
    if (name === undefined || plantIn(resolved.url) !== undefined || !isOurs(resolved.url)) return resolved;
    return { ...resolved, url: `${resolved.url}?plant=${name}` };
  },
  load(url, context, nextLoad) {
    const own = plantIn(url);
    const name = own ?? ofProcess;
    if (name === undefined) return nextLoad(url, context);
    const bug = bugNamed(name);
    const location = withoutQuery(url);
    const file = location.startsWith(SOURCES) ? location.slice(SOURCES.length) : "";
    if (filesOf(bug).includes(file)) {
      const loaded = nextLoad(url, context);
      return { ...loaded, source: planted(bug, { file, source: textOf(loaded) }) };
    }
    if (own === undefined) return nextLoad(url, context);
    const known = withoutTypes.get(location) ?? stripped(nextLoad(url, context));
    withoutTypes.set(location, known);
    return { ...known, shortCircuit: true };
  },
});

const withoutQuery = (url: string): string => url.split("?")[0]!;
const plantIn = (url: string): string | undefined => /\?plant=([a-z0-9-]+)$/.exec(url)?.[1];
const isOurs = (url: string): boolean => url.startsWith(ROOT) && !url.startsWith(`${ROOT}node_modules/`);

/** Most of the time that it takes to load the code goes into its types. */
const stripped = (loaded: LoadFnOutput): LoadFnOutput =>
  loaded.format === "module-typescript"
    ? { ...loaded, format: "module", source: stripTypeScriptTypes(textOf(loaded)) }
    : loaded;

const textOf = ({ source }: LoadFnOutput): string =>
  typeof source === "string" ? source : Buffer.from((source ?? "") as Uint8Array).toString("utf8");
