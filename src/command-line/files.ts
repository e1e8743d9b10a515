import { readFileSync, writeFileSync } from "node:fs";
import { Refusal } from "./run-command.ts";
import { quoted } from "./words.ts";

/** The text of a file that a command line names; undefined where there is none. Throws a Refusal where it cannot be read. */
export function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Refusal(`expected a file that can be read, found ${quoted(path)}: ${(error as Error).message}`);
  }
}

/** Throws a Refusal where it cannot be written. */
export function writeFile(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new Refusal(`expected a file that can be written, found ${quoted(path)}: ${(error as Error).message}`);
  }
}
