import { z } from "zod";
import { Refusal } from "../command-line/run-command.ts";
import { quoted } from "../command-line/words.ts";
import { type Change, changeSchema, type Undoing, undo } from "./change.ts";

/** A file of lines. `append` answers once the line is on the disk: what is written there may be all that is left. */
export type LineFile = { read(): string | undefined; append(line: string): void; remove(): void };

const number = z.int().min(1);
const lineSchema = z.union([
  z.object({ number, change: changeSchema }),
  z.object({ undone: number }),
  /** The line before it was cut off by a crash. */
  z.object({ cutOff: z.literal(true) }),
]);
type Line = z.infer<typeof lineSchema>;

export type NotPutBack = { change: Change; error: string };
export type ChangeJournal = {
  /** Writes the change down, and only then makes it. */
  make<Result>(change: Change, run: () => Promise<Result>): Promise<Result>;
  /** Takes everything back that is not, the last change first. What cannot be is answered, and stays in the file. */
  putBack(undoing: Undoing, options?: { except?: Change["kind"] }): Promise<NotPutBack[]>;
};

const ATTEMPTS = 5;
const PAUSE_MS = 2_000;

/** Continues a file that exists: what it holds and is not taken back yet is taken back with the rest. Throws a Refusal where it is no such file. */
export function changeJournal(file: LineFile): ChangeJournal {
  const open = new Map<number, Change>();
  let last = 0;
  const text = file.read() ?? "";
  const { lines, cutOff } = readLines(text);
  for (const line of lines) {
    if ("undone" in line) open.delete(line.undone);
    if ("number" in line) {
      open.set(line.number, line.change);
      last = line.number;
    }
  }
  let unfinished = text !== "" && (cutOff || !text.endsWith("\n"));
  const append = (line: object) => {
    // What is written behind half a line would be lost with it.
    if (unfinished) file.append(cutOff ? `\n${JSON.stringify({ cutOff })}` : "");
    unfinished = false;
    file.append(JSON.stringify(line));
  };

  return {
    async make(change, run) {
      last += 1;
      append({ number: last, change });
      open.set(last, change);
      return run();
    },

    async putBack(undoing, { except } = {}) {
      const failed: NotPutBack[] = [];
      for (const [number, change] of [...open].toReversed()) {
        if (change.kind === except) continue;
        const error = await tried(undoing, change);
        if (error !== undefined) {
          failed.push({ change, error });
          continue;
        }
        open.delete(number);
        append({ undone: number });
      }
      if (open.size === 0) file.remove();
      return failed;
    },
  };
}

async function tried(undoing: Undoing, change: Change): Promise<string | undefined> {
  for (let attempt = 1; ; attempt += 1)
    try {
      await undo(undoing, change);
      return undefined;
    } catch (error) {
      if (attempt === ATTEMPTS) return `${(error as Error).name}: ${(error as Error).message}`;
      await undoing.clock.sleep(PAUSE_MS * attempt);
    }
}

/**
 * A line that was cut off by a crash was of a change that was not made: it is written first. Or of one that was taken back, which can be done again.
 * Nothing else may be left out, for that change would stay for ever.
 */
function readLines(text: string): { lines: Line[]; cutOff: boolean } {
  const written = text.split("\n").filter((line) => line.trim() !== "");
  const lines: Line[] = [];
  let made = 0;
  for (const [index, line] of written.entries()) {
    const read = lineOf(line);
    const isLast = index === written.length - 1;
    if (!read && beginsAsOurs(line) && isLast) return { lines, cutOff: true };
    if (!read && beginsAsOurs(line) && lineOf(written[index + 1]!)?.cutOff) continue;
    if (!read || (read.number ?? made + 1) <= made)
      throw new Refusal(
        `expected a file that npm run confirm wrote, with a change or the end of one a line, found in line ${index + 1}: ${quoted(line)}`,
      );
    made = read.number ?? made;
    lines.push(read as Line);
  }
  return { lines, cutOff: false };
}

type AnyLine = { number?: number; undone?: number; cutOff?: true };

function lineOf(line: string): AnyLine | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** Whether it is the beginning of a line, and not a whole one of another file. */
const beginsAsOurs = (line: string): boolean =>
  !isJson(line) &&
  ['{"number":', '{"undone":', '{"cutOff":'].some((each) => each.startsWith(line.slice(0, each.length)));

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
