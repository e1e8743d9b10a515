import { isActive } from "../operations/operation.ts";
import type { Answered } from "./answered.ts";
import type { Client } from "./client.ts";
import type { ActionDeps } from "./deps.ts";
import { AnswerUncertain } from "./errors.ts";
import { messageOf } from "./job.ts";
import type { OnCancel, Outcome } from "./outcome.ts";
import { oneLine } from "./plain-text.ts";
import type { Patience } from "./retry.ts";
import { waysOf } from "./ways-to-decide.ts";
import { wishOf } from "./wish.ts";
import type { Work } from "./work.ts";

/** Between the runner's first signal, SIGINT, and its last, which kills, are ten seconds; after SIGTERM they are two and a half. */
const MAIN_HAS_MS = { SIGINT: 5_000, SIGTERM: 1_500 } as const;
/** The post step of a cancelled job has minutes. */
export const POST_HAS_MS = 60_000;
export const timeFor = (signal: NodeJS.Signals): number => MAIN_HAS_MS[signal === "SIGINT" ? "SIGINT" : "SIGTERM"];

type Asking = {
  client: Client;
  deps: ActionDeps;
  work: Work;
  withinMs: number;
  /** What the runner sent; nothing in a post step. */
  signal?: NodeJS.Signals;
};

/**
 * Decides `rollback` for a cancelled job, where nothing that visitors wrote is thrown away by it. Answers how the step ends by that. Never throws;
 * gives up after `withinMs`.
 */
export async function goBackOnCancel(
  seen: Answered,
  { client, deps, work, withinMs, signal }: Asking,
): Promise<Outcome> {
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
  const detached = (onCancel: OnCancel): Outcome => ({ kind: "detached", operation, signal, onCancel });
  const no = (why: string) => detached({ decided: false, why });
  try {
    operation = await client.operation(seen.id, patience);
    if (!isActive(operation.status)) return { kind: "over", operation, wish: wishOf(work, operation) };
    const way = waysOf(operation).find(({ decision }) => decision === "rollback");
    if (!way) return no(operation.goingBack ? "it goes back already" : "nothing would act on it now");
    if (way.discards) return no(`it would throw away what visitors wrote since ${way.discards.from}`);
    if (way.data) return no("nothing but a person can know whether the data may be used as it is");
    const body = { decision: "rollback", comment: "the job was cancelled" };
    operation = await client.decide(seen.id, { body, actedOn: async () => undefined }, patience);
    return detached({ decided: true });
  } catch (error) {
    if (error instanceof AnswerUncertain) return no(`it was sent, and no answer came in time (${error.message})`);
    return no(messageOf(error));
  } finally {
    done.abort();
  }
}
