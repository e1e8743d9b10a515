import { WaitTimedOut } from "../engine/workflow.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { AskedOfPeople } from "../operations/questions.ts";
import { inWords } from "../targets/duration.ts";
import type { PhaseRun, Watch } from "./operation-run.ts";
import { isAnswered } from "./wait-until.ts";

export type Ask = {
  question: AskedOfPeople;
  /** How long there is to decide. */
  withinMs: number;
  /** What happens when that time is up, in words; `atTheEnd` says the same to the program. */
  otherwise: string;
  atTheEnd: AtTheEnd;
  /** What else is looked at meanwhile. */
  look?: Watch;
};
/** `fail`: what a failure at that moment leads to. */
type AtTheEnd = "fail" | "hold" | "rollback";

/** Somebody is reminded when half of the time is over, and once more when little is left. */
const LAST_REMINDER_MS = 5 * 60_000;

/**
 * Waits for a decision inside the window, with everything watched that must stay true meanwhile. Comes back when somebody decided to proceed; throws
 * where somebody decided otherwise, or nobody in time.
 */
export async function askPeople(op: PhaseRun, ask: Ask): Promise<void> {
  const { question, withinMs, otherwise, atTheEnd, look } = ask;
  const askedAt = await op.step(`${question}/asked`, async () => op.clock.now());
  const until = new Date(askedAt + withinMs).toISOString();
  await op.record(question, [{ type: "waiting", for: question, until, otherwise }]);
  const reminders = [withinMs / 2, withinMs - LAST_REMINDER_MS].filter((afterMs) => afterMs >= withinMs / 2);
  try {
    await op.poll(
      `somebody decides (${question})`,
      async () => {
        if (await isAnswered(op)) return { done: true, result: null };
        await look?.(op);
        const due = reminders.findLast((afterMs) => op.clock.now() >= askedAt + afterMs);
        if (due !== undefined) await remind(op, { question, leftMs: withinMs - due, otherwise });
        return { done: false, seen: `nobody has decided; there is time until ${until}` };
      },
      { timeoutMs: withinMs },
    );
  } catch (error) {
    if (!(error instanceof WaitTimedOut)) throw error;
    await op.record(`${question}/over`, [{ type: "waited" }]);
    throw nobodyDecided({ question, withinMs, atTheEnd });
  }
}

/** The alarm is raised at every look of a crashed run once more at most: better twice than never. */
async function remind(
  op: PhaseRun,
  { question, leftMs, otherwise }: Pick<Ask, "question" | "otherwise"> & { leftMs: number },
) {
  const message = `waits for a decision (${question}): ${inWords(leftMs)} left, then ${otherwise}`;
  if (await op.say(message)) op.alarm({ event: "operation-waits", operation: op.id, target: op.target.name, message });
}

export const nobodyDecided = ({ question, withinMs, atTheEnd }: Pick<Ask, "question" | "withinMs" | "atTheEnd">) =>
  new OperationError(`expected a decision (${question}) within ${inWords(withinMs)}, found none`, {
    code: "not-decided",
    details: { atTheEnd },
    hint: "Decide it now, or ask for more time the next time",
  });
