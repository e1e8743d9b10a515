import { z } from "zod";
import { type Change, changeSchema, type Undoing, undo } from "./change.ts";

/** A file of lines. `append` answers once the line is on the disk: what is written there may be all that is left. */
export type LineFile = { read(): string | undefined; append(line: string): void; remove(): void };

const lineSchema = z.union([z.object({ number: z.number(), change: changeSchema }), z.object({ undone: z.number() })]);

export type NotPutBack = { change: Change; error: string };
export type ChangeJournal = {
  /** Writes the change down, and only then makes it. */
  make<Result>(change: Change, run: () => Promise<Result>): Promise<Result>;
  /** Takes everything back that is not, the last change first. What cannot be is answered, and stays in the file. */
  putBack(undoing: Undoing, options?: { except?: Change["kind"] }): Promise<NotPutBack[]>;
};

const ATTEMPTS = 5;
const PAUSE_MS = 2_000;

/** Continues a file that exists: what it holds and is not taken back yet is taken back with the rest. Throws where it is no such file. */
export function changeJournal(file: LineFile): ChangeJournal {
  const open = new Map<number, Change>();
  let last = 0;
  for (const line of readLines(file.read() ?? "")) {
    if ("undone" in line) open.delete(line.undone);
    else open.set(line.number, line.change);
    last = Math.max(last, "undone" in line ? line.undone : line.number);
  }

  return {
    async make(change, run) {
      last += 1;
      file.append(JSON.stringify({ number: last, change }));
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
        file.append(JSON.stringify({ undone: number }));
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

/** A line that was cut off by a crash was of a change that was not made: it is written first. */
function readLines(text: string): z.infer<typeof lineSchema>[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.flatMap((line, index) => {
    try {
      return [lineSchema.parse(JSON.parse(line))];
    } catch (error) {
      if (index === lines.length - 1 && error instanceof SyntaxError) return [];
      throw new Error(`expected a file that npm run confirm wrote, found in line ${index + 1}: ${line.slice(0, 80)}`);
    }
  });
}
