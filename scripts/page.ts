import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ConfigurationError, parseConfiguration } from "../src/targets/configuration.ts";
import { PAGE_LIMIT } from "../src/targets/page.ts";
import { galleryOf, type Look, looksOf } from "./page-gallery.ts";

const HELP = `Shows what visitors read while a target is closed, before any of them has to.

  npm run page -- --file intermission.yml

  --file   the configuration; without it the default page alone
  --out    where to write the gallery (build/page-gallery.html), one file to open in a browser
  --json   prints each page with its size, and writes nothing
  --help   this

A page has at most ${PAGE_LIMIT} characters. One that has more is refused, with what takes the room; it ends with 1 then.`;

/** Answers the exit code: 0 for pages that fit, 1 for a configuration that is refused, 2 for what cannot be read. */
export function showPages(args: string[], { nowMs, print }: { nowMs: number; print: (line: string) => void }): number {
  const { values } = parseArgs({
    args,
    options: {
      file: { type: "string" },
      out: { type: "string", default: "build/page-gallery.html" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    print(HELP);
    return 0;
  }
  const read = readPages(values.file, nowMs);
  if ("problem" in read) {
    print(read.problem);
    return read.code;
  }
  if (values.json) {
    print(JSON.stringify({ limit: PAGE_LIMIT, pages: read.looks }, null, 2));
    return 0;
  }
  const out = resolve(values.out);
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, galleryOf(read.looks));
  for (const { name, when, size } of read.looks)
    print(`${String(size).padStart(5)} of ${PAGE_LIMIT}  ${name}, ${when}`);
  print(out);
  return 0;
}

function readPages(file: string | undefined, nowMs: number): { looks: Look[] } | { problem: string; code: number } {
  const ofDefault = looksOf("the default", undefined, nowMs);
  if (file === undefined) return { looks: ofDefault };
  try {
    const { targets } = parseConfiguration(readFileSync(file, "utf8"), file);
    return { looks: [...ofDefault, ...[...targets].flatMap(([name, { page }]) => looksOf(name, page, nowMs))] };
  } catch (error) {
    if (error instanceof ConfigurationError) return { problem: error.message, code: 1 };
    return { problem: `expected a configuration to read at ${file}, found: ${(error as Error).message}`, code: 2 };
  }
}

if (import.meta.main) process.exitCode = showPages(process.argv.slice(2), { nowMs: Date.now(), print: console.log });
