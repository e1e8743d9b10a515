import type { DeserializeHandler, HandlerExecutionContext, MiddlewareStack } from "@smithy/types";

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

/** Whoever called must first find out whether it still may: an attempt was due too long after its call began, or the worker was frozen. */
export class CallTooOld extends Error {
  override readonly name = "CallTooOld";
}

/**
 * Lets no attempt of a call begin later than this after the call itself. A worker that was frozen wakes in the middle of a call that its
 * successor has long made, and the SDK would repeat it: what was right then may stop the nodes that serve now. Nor any where the worker may not
 * act any more. What only reads may be late.
 */
export function withoutLateAttempts<
  Input extends object,
  Output extends object,
  Client extends { middlewareStack: MiddlewareStack<Input, Output> },
>(
  client: Client & { middlewareStack: MiddlewareStack<Input, Output> },
  { withinMs, mayAct = () => true }: { withinMs: number; mayAct?: () => boolean },
): Client {
  client.middlewareStack.add(
    (next: DeserializeHandler<Input, Output>, { commandName = "" }: HandlerExecutionContext) => {
      const beganAt = Date.now();
      return async (args) => {
        if (READING.test(commandName)) return next(args);
        const ageMs = Date.now() - beganAt;
        if (ageMs > withinMs)
          throw new CallTooOld(`expected every attempt within ${withinMs} ms of the call's begin, found ${ageMs} ms`);
        if (!mayAct()) throw new CallTooOld("expected to be in charge, found that this worker was frozen meanwhile");
        return next(args);
      };
    },
    // Inside the SDK's retries and after its signature, which takes its time: the last thing before a request is sent.
    { step: "deserialize", priority: "low", name: "withoutLateAttempts" },
  );
  return client;
}
