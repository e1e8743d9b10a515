import type { Clock } from "../clock.ts";
import { dwell } from "./dwell.ts";
import { type Outcome, outcomeOf, unwrap } from "./outcome.ts";
import { attemptStep, stepRetryDelaySeconds } from "./retry-policy.ts";
import type { Workflow } from "./workflow.ts";

/** What the engine remembers, as JSON by the path of what it remembers. Lives on after a crash. */
export type WorkflowJournal = Map<string, string>;

export type InMemoryWorkflow = Workflow & {
  /** Completes a callback; again is no error. Throws where no callback of that id waits. */
  completeCallback(callbackId: string): void;
  /** Rejects with the Crash when the hook threw; from then on nothing that was asked of this workflow ever answers, as after a real crash. */
  readonly crashed: Promise<never>;
};

/** The hook ended this run of the workflow. Another one on the same journal goes on where it was. */
export class Crash extends Error {
  override readonly name = "Crash";
}

/**
 * The Workflow without an engine under it, for tests in virtual time and for simulations: running a procedure again on the same journal
 * replays it. `crash` is called with what is about to happen or has happened ("before PATH", "after PATH": the effect is done but not yet
 * remembered, "remembered PATH") and ends the run by throwing.
 */
export function inMemoryWorkflow(options: {
  clock: Clock;
  journal?: WorkflowJournal;
  crash?: (point: string) => void;
}): InMemoryWorkflow {
  const { clock, journal = new Map(), crash } = options;
  const { promise: crashed, reject } = Promise.withResolvers<never>();
  crashed.catch(() => {});
  let dead = false;
  const never = new Promise<never>(() => {});

  async function point(what: string): Promise<void> {
    if (!dead) {
      try {
        return crash?.(what);
      } catch (cause) {
        dead = true;
        reject(new Crash(`crashed ${what}`, { cause }));
      }
    }
    return never;
  }

  async function remember(path: string, run: () => Promise<Outcome>): Promise<unknown> {
    const remembered = journal.get(path);
    if (remembered !== undefined) return unwrap(JSON.parse(remembered));
    const outcome = JSON.stringify(await run());
    if (dead) return never;
    journal.set(path, outcome);
    await point(`remembered ${path}`);
    return unwrap(JSON.parse(outcome));
  }

  function within(prefix: string): Workflow {
    const occurrences = new Map<string, number>();
    const pathOf = (name: string) => {
      const occurrence = (occurrences.get(name) ?? 0) + 1;
      occurrences.set(name, occurrence);
      return `${prefix}${name}${occurrence > 1 ? `#${occurrence}` : ""}`;
    };
    const around = async <Result>(path: string, run: () => Promise<Result>): Promise<Result> => {
      await point(`before ${path}`);
      try {
        return await run();
      } finally {
        await point(`after ${path}`);
      }
    };

    async function stepAt<Result>(path: string, run: () => Promise<Result>): Promise<Result> {
      const result = await remember(path, async () => {
        for (let attempt = 1; ; attempt += 1) {
          try {
            return await attemptStep(() => around(path, run), attempt);
          } catch {
            await clock.sleep(stepRetryDelaySeconds(attempt) * 1000);
          }
        }
      });
      return result as Result;
    }

    return {
      step: (name, run) => stepAt(pathOf(name), run),

      async poll<Result>(name: string, look: Parameters<Workflow["poll"]>[1], poll: Parameters<Workflow["poll"]>[2]) {
        const path = pathOf(name);
        const since = Number(journal.get(`${path} since`) ?? clock.now());
        journal.set(`${path} since`, String(since));
        const result = await remember(path, async () => {
          const state = { name, since, lastSeen: "nothing yet" };
          const done = await dwell(state, () => around(path, look), {
            clock,
            untilMs: Number.POSITIVE_INFINITY,
            ...poll,
          });
          return done.outcome as Outcome;
        });
        return result as Result;
      },

      async waitForCallback(name, announce, { timeoutMs }) {
        const path = pathOf(name);
        const result = await remember(path, () =>
          outcomeOf(async () => {
            const deadline = Number(journal.get(`${path} deadline`) ?? clock.now() + timeoutMs);
            journal.set(`${path} deadline`, String(deadline));
            await stepAt(`${path}/announce`, () => announce(path));
            return waitUntil(path, deadline);
          }),
        );
        return result as "called" | "timed-out";
      },

      async scope<Result>(name: string, run: (workflow: Workflow) => Promise<Result>) {
        const path = pathOf(name);
        return (await remember(path, () => outcomeOf(() => run(within(`${path}/`))))) as Result;
      },
    };
  }

  async function waitUntil(callbackId: string, deadline: number): Promise<"called" | "timed-out"> {
    const waiters = waitersOf(journal);
    const called = new AbortController();
    waiters.set(callbackId, () => called.abort());
    if (journal.has(`${callbackId} called`)) return "called";
    try {
      await clock.sleep(Math.max(0, deadline - clock.now()), called.signal);
      return "timed-out";
    } catch {
      return "called";
    }
  }

  return {
    ...within(""),
    crashed,
    completeCallback(callbackId) {
      if (journal.has(`${callbackId} called`)) return;
      if (journal.has(callbackId) || !journal.has(`${callbackId} deadline`)) {
        throw new Error(`no callback ${callbackId} is waiting`);
      }
      journal.set(`${callbackId} called`, "true");
      waitersOf(journal).get(callbackId)?.();
    },
  };
}

const allWaiters = new WeakMap<WorkflowJournal, Map<string, () => void>>();

/** Who waits for callbacks on a journal: more than one workflow may share it, one a run. */
function waitersOf(journal: WorkflowJournal): Map<string, () => void> {
  const waiters = allWaiters.get(journal) ?? new Map();
  allWaiters.set(journal, waiters);
  return waiters;
}
