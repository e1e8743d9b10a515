import { CallbackExternalError, CallbackTimeoutError, type DurableContext } from "@aws/durable-execution-sdk-js";
import type { Clock } from "../clock.ts";
import { OperationError } from "../operations/operation-error.ts";
import { dwell, type PollState } from "./dwell.ts";
import { type Outcome, outcomeOf, unwrap } from "./outcome.ts";
import { attemptStep, stepRetryDelaySeconds } from "./retry-policy.ts";
import type { PollOptions, Workflow } from "./workflow.ts";

export type DurableWorkflowOptions = {
  clock: Clock;
  /** How long a poll looks on within one invocation before it suspends. */
  dwellMs?: number;
  /** What a dwell leaves of the invocation's time for the last look and for what comes after it. */
  reserveMs?: number;
};

/** The Workflow on Lambda durable functions. */
export function durableWorkflow(context: DurableContext, options: DurableWorkflowOptions): Workflow {
  const { clock, dwellMs = 50_000, reserveMs = 15_000 } = options;

  const workflow: Workflow = {
    async step(name, run) {
      const outcome = await context.step(name, ({ attempt }) => attemptStep(run, attempt), {
        retryStrategy: (_error, attempt) => ({ shouldRetry: true, delay: { seconds: stepRetryDelaySeconds(attempt) } }),
      });
      return unwrap(outcome);
    },

    async poll(name, look, poll) {
      const check = (state: PollState) => {
        const untilMs = clock.now() + Math.min(dwellMs, context.lambdaContext.getRemainingTimeInMillis() - reserveMs);
        return dwell(state, look, { clock, untilMs, ...poll });
      };
      const state = await context.waitForCondition(name, check, {
        initialState: { name, lastSeen: "nothing yet" },
        waitStrategy: (state) =>
          state.outcome
            ? { shouldContinue: false }
            : { shouldContinue: true, delay: { seconds: suspensionSeconds(state, poll) } },
      });
      return unwrap(outcomeOfPoll(name, state));
    },

    async waitForCallback(name, announce, { timeoutMs }) {
      const outcome = await context.runInChildContext(name, (child) =>
        outcomeOf(async () => {
          const timeout = { seconds: Math.max(1, Math.ceil(timeoutMs / 1000)) };
          const [completion, callbackId] = await child.createCallback("callback", { timeout });
          await durableWorkflow(child, options).step("announce", () => announce(callbackId));
          return waitFor(completion);
        }),
      );
      return unwrap(outcome);
    },

    async scope(name, run) {
      const outcome = await context.runInChildContext(name, (child) =>
        outcomeOf(() => run(durableWorkflow(child, options))),
      );
      return unwrap(outcome);
    },
  };
  return workflow;

  function suspensionSeconds({ since = 0 }: PollState, { everyMs, timeoutMs }: PollOptions): number {
    if (everyMs <= dwellMs) return 1;
    const leftMs = since + timeoutMs - clock.now();
    return Math.max(1, Math.round(Math.min(everyMs, leftMs) / 1000));
  }
}

/** A replay checks the name and kind of every operation but a condition's: code that changed under a running execution would get another poll's result. */
function outcomeOfPoll(name: string, state: PollState): Outcome {
  if (state.name === name && state.outcome) return state.outcome;
  throw new OperationError(`the code changed under this execution: expected poll "${name}", found "${state.name}"`, {
    code: "code-changed",
    details: { expected: name, found: state.name },
  });
}

async function waitFor(completion: PromiseLike<unknown>): Promise<"called" | "timed-out"> {
  try {
    await completion;
    return "called";
  } catch (thrown) {
    if (thrown instanceof CallbackTimeoutError) return "timed-out";
    if (thrown instanceof CallbackExternalError) return "called";
    throw thrown;
  }
}
