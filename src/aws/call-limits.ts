import type { FinalizeHandler, HandlerExecutionContext, MiddlewareStack } from "@smithy/types";

/**
 * How long a call may take. By itself the SDK waits for an answer for ever, and of a request that exceeds `requestTimeout` it only warns
 * unless `throwOnRequestTimeout` is set.
 */
export const callLimits = ({ requestTimeoutMs }: { requestTimeoutMs: number }) => ({
  connectionTimeout: 2_000,
  requestTimeout: requestTimeoutMs,
  throwOnRequestTimeout: true,
});

const READING = /^(Describe|List|Get|BatchGet|Filter)/;

/** An attempt was due so long after its call began that whoever called must first find out whether it still may. */
export class CallTooOld extends Error {
  override readonly name = "CallTooOld";
}

/**
 * Lets no attempt of a call begin later than this after the call itself. A worker that was frozen wakes in the middle of a call that its
 * successor has long made, and the SDK would repeat it: what was right then may stop the nodes that serve now. What only reads may be late.
 */
export function withoutLateAttempts<
  Input extends object,
  Output extends object,
  Client extends { middlewareStack: MiddlewareStack<Input, Output> },
>(client: Client & { middlewareStack: MiddlewareStack<Input, Output> }, { withinMs }: { withinMs: number }): Client {
  client.middlewareStack.add(
    (next: FinalizeHandler<Input, Output>, { commandName = "" }: HandlerExecutionContext) => {
      const beganAt = Date.now();
      return async (args) => {
        const ageMs = Date.now() - beganAt;
        if (ageMs <= withinMs || READING.test(commandName)) return next(args);
        throw new CallTooOld(`expected every attempt within ${withinMs} ms of the call's begin, found ${ageMs} ms`);
      };
    },
    // Inside the SDK's retries, which belong to this step with a high priority.
    { step: "finalizeRequest", priority: "low", name: "withoutLateAttempts" },
  );
  return client;
}
