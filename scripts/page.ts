import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { runCommand, type Streams, terminal } from "../src/command-line/run-command.ts";
import { ConfigurationError, parseConfiguration } from "../src/targets/configuration.ts";
import { PAGE_LIMIT } from "../src/targets/page.ts";
import { HELP, type PageCommand, readPageCommand } from "./command-lines/page.ts";
import { galleryOf, type Look, looksOf } from "./page-gallery.ts";

/** Answers the exit code: 0 for pages that fit, 1 for a configuration that is refused, 2 for what cannot be read or makes no sense. */
export function showPages(args: string[], { nowMs, ...streams }: { nowMs: number } & Streams): Promise<number> {
  return runCommand({
    ...{ args, help: HELP, read: readPageCommand, streams },
    run: (command) => show(command, nowMs, streams),
  });
}

function show({ file, out, json }: PageCommand, nowMs: number, { print, complain }: Streams): number {
  const read = readPages(file, nowMs);
  if ("problem" in read) {
    complain(read.problem);
    return read.code;
  }
  if (json) {
    print(JSON.stringify({ limit: PAGE_LIMIT, pages: read.looks }, null, 2));
    return 0;
  }
  const path = resolve(out);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, galleryOf(read.looks));
  } catch (error) {
    complain(`--out: expected a file that can be written, found ${path}: ${(error as Error).message}`);
    return 2;
  }
  for (const { name, when, size } of read.looks)
    print(`${String(size).padStart(5)} of ${PAGE_LIMIT}  ${name}, ${when}`);
  print(path);
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

if (import.meta.main) process.exitCode = await showPages(process.argv.slice(2), { nowMs: Date.now(), ...terminal });
