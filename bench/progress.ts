const ELSEWHERE_EVERY_MS = 10_000;
const CLEAR_LINE = "\r\u001b[2K";

export type Progress = {
  /** What is done by now of one of the things that are done together. */
  say(what: string, howFar: string): void;
  /** It is done, and needs no words any more. */
  done(what: string): void;
};

/** Says on one line how far everything is: over and over on a terminal, now and then elsewhere. */
export function createProgress({
  write,
  isTerminal,
  now,
  columns = 120,
}: {
  write(text: string): void;
  isTerminal: boolean;
  /** In milliseconds. */
  now(): number;
  columns?: number;
}): Progress {
  const underWay = new Map<string, string>();
  const began = now();
  let last = Number.NEGATIVE_INFINITY;
  const show = () => {
    const at = now();
    const line = [...underWay].map(([what, howFar]) => `${what}: ${howFar}`).join(" · ");
    if (isTerminal) return write(CLEAR_LINE + line.slice(0, columns - 1));
    if (line === "" || at - last < ELSEWHERE_EVERY_MS) return;
    last = at;
    write(`${Math.round((at - began) / 1_000)} s · ${line}\n`);
  };
  return {
    say(what, howFar) {
      underWay.set(what, howFar);
      show();
    },
    done(what) {
      underWay.delete(what);
      show();
    },
  };
}
