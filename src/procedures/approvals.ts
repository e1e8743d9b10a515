import { askPeople } from "./ask-people.ts";
import type { PhaseRun } from "./operation-run.ts";

/** How long a first start pauses for what must be set up by hand. */
export const FIRST_START_PAUSE_MS = 24 * 3_600_000;

const WORDS = { fail: "what a failure now leads to", hold: "it is held, with the page up" } as const;

/** With the new version verified, and the page still up: whoever looks at it through the bypass decides. */
export function askBeforeOpen(op: PhaseRun): Promise<void> {
  const { within, otherwise } = op.target.approval;
  const atTheEnd = otherwise === "hold" ? "hold" : "fail";
  return askPeople(op, { question: "before-open", withinMs: within, otherwise: WORDS[atTheEnd], atTheEnd });
}

/** One node is verified; what must be enabled by hand before there may be several is enabled on it. */
export const askBeforeScaleOut = (op: PhaseRun): Promise<void> =>
  askPeople(op, {
    question: "before-scale-out",
    withinMs: FIRST_START_PAUSE_MS,
    otherwise: WORDS.hold,
    atTheEnd: "hold",
  });
