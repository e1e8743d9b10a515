import type { FailureReason, FunctionRuntime, InvocationOutcome } from "../../substrate/functions.ts";
import type { World } from "../world.ts";
import type { FunctionRegistry, ResolvedFunction } from "./functions.ts";
import { createUuid } from "./uuid.ts";

/** One run of a function's handler, told in the event log from its begin to its end. */
export type RunFunction = (
  resolved: ResolvedFunction,
  event: unknown,
) => Promise<InvocationOutcome & { requestId: string }>;

const changes: Record<FailureReason, "returned" | "crashed" | "killed" | "timed-out"> = {
  threw: "returned",
  exited: "crashed",
  killed: "killed",
  "timed-out": "timed-out",
};

export function createInvocations(world: World, registry: FunctionRegistry, runtime: FunctionRuntime): RunFunction {
  return async ({ definition, qualifier, version }, event) => {
    const { functionName, timeoutMs } = definition;
    const requestId = createUuid(world.ids);
    world.log.append({ kind: "function", functionName, change: "invoked", requestId });
    const outcome = await runtime.invoke(functionName, event, {
      requestId,
      deadline: world.clock.now() + timeoutMs,
      functionVersion: version,
      invokedFunctionArn: registry.arn(functionName, qualifier),
    });
    world.log.append({
      ...{ kind: "function", functionName, requestId },
      change: outcome.ok ? "returned" : changes[outcome.reason],
      error: outcome.ok ? undefined : `${outcome.error.errorType}: ${outcome.error.errorMessage}`,
    });
    return { ...outcome, requestId };
  };
}
