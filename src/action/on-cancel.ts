import { type Answered, isOver } from "./answered.ts";
import type { Client } from "./client.ts";
import type { ActionDeps } from "./deps.ts";
import { AnswerUncertain } from "./errors.ts";
import { messageOf } from "./job.ts";
import type { OnCancel } from "./outcome.ts";
import { oneLine } from "./plain-text.ts";
import type { Patience } from "./retry.ts";
import { waysOf } from "./ways-to-decide.ts";

/** Between the runner's first signal, SIGINT, and its last, which kills, are ten seconds; after SIGTERM they are two and a half. */
const MAIN_HAS_MS = { SIGINT: 5_000, SIGTERM: 1_500 } as const;
/** The post step of a cancelled job has minutes. */
export const POST_HAS_MS = 60_000;
export const timeFor = (signal: NodeJS.Signals): number => MAIN_HAS_MS[signal === "SIGINT" ? "SIGINT" : "SIGTERM"];

/**
 * Decides `rollback` for a cancelled job, where nothing that visitors wrote is thrown away by it. Answers the operation as it is then, and what came
 * of it. Never throws; gives up after `withinMs`.
 */
export async function goBackOnCancel(
  seen: Answered,
  { client, deps, withinMs }: { client: Client; deps: ActionDeps; withinMs: number },
): Promise<{ operation: Answered; onCancel: OnCancel }> {
  const { core, clock, random } = deps;
  const [done, noTimeLeft] = [new AbortController(), new AbortController()];
  clock.sleep(withinMs, done.signal).then(
    () => noTimeLeft.abort(new Error("there was no time left")),
    () => {},
  );
  const patience: Patience = {
    ...{ clock, random, signal: noTimeLeft.signal, until: clock.now() + withinMs },
    onTrouble: ({ error }) => core.info(`API: ${oneLine(error.message)}`),
    onAnswer: () => {},
  };
  let operation = seen;
  const no = (why: string) => ({ operation, onCancel: { decided: false as const, why } });
  try {
    operation = await client.operation(seen.id, patience);
    if (isOver(operation) && operation.status !== "held") return no(`it is over: ${operation.status}`);
    const way = waysOf(operation).find(({ decision }) => decision === "rollback");
    if (!way) return no(operation.goingBack ? "it goes back already" : "nothing would act on it now");
    if (way.discards) return no(`it would throw away what visitors wrote since ${way.discards.from}`);
    const body = { decision: "rollback", comment: "the job was cancelled" };
    operation = await client.decide(seen.id, { body, actedOn: async () => undefined }, patience);
    return { operation, onCancel: { decided: true } };
  } catch (error) {
    if (error instanceof AnswerUncertain) return no(`it was sent, and no answer came in time (${error.message})`);
    return no(messageOf(error));
  } finally {
    done.abort();
  }
}
