import { inWords } from "../../../src/targets/duration.ts";
import { inOneLine, type Tally } from "./tally.ts";

export type ProgressOptions = {
  write(text: string): void;
  /** One line that is written over and over; otherwise a line now and then. */
  isTerminal: boolean;
  now(): number;
  /** How many there are to be, where that is known. */
  of: number | undefined;
  /** When it ends whatever is left, in the milliseconds of `now`. */
  endsAt?: number;
  columns?: number;
};

const ON_A_TERMINAL_EVERY_MS = 200;
const ELSEWHERE_EVERY_MS = 10_000;
const CLEAR_LINE = "\r\u001b[2K";

/** Says how far it is. */
export function createProgress({ write, isTerminal, now, of, endsAt, columns = 120 }: ProgressOptions) {
  const began = now();
  let last = began;
  return {
    is(tally: Tally) {
      const at = now();
      if (tally.runs === of || at - last < (isTerminal ? ON_A_TERMINAL_EVERY_MS : ELSEWHERE_EVERY_MS)) return;
      last = at;
      const spent = at - began;
      const untilTime = endsAt === undefined ? Number.POSITIVE_INFINITY : endsAt - at;
      const untilDone = of === undefined ? Number.POSITIVE_INFINITY : (spent / tally.runs) * (of - tally.runs);
      const left = Math.max(0, Math.min(untilTime, untilDone));
      const text = `${of === undefined ? "" : `${Math.floor((tally.runs / of) * 100)} % · `}${inOneLine(tally, spent)}${Number.isFinite(left) ? ` · ${inWords(left)} left` : ""}`;
      write(isTerminal ? `${CLEAR_LINE}${text.slice(0, columns - 1)}` : `${text}\n`);
    },
    /** Makes room for what is to stay. */
    clear: () => {
      if (isTerminal) write(CLEAR_LINE);
    },
  };
}
