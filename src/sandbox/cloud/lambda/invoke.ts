import {
  type ErrorObject,
  InvalidRequestContentException$,
  type InvokeCommandInput,
  type InvokeCommandOutput,
  RequestTooLargeException$,
} from "@aws-sdk/client-lambda";
import { Uint8ArrayBlobAdapter } from "@smithy/core/serde";
import { awsError } from "../../wire/errors.ts";
import type { World } from "../world.ts";
import { type Execution, isOver } from "./execution.ts";
import type { Executions } from "./executions.ts";
import type { FunctionRegistry, ResolvedFunction } from "./functions.ts";
import type { RunFunction } from "./invocations.ts";
import { invalid } from "./validate-update.ts";

export type InvokeResult = Omit<InvokeCommandOutput, "$metadata">;
export type Invoke = (input: Omit<InvokeCommandInput, "Payload"> & { payload: string }) => Promise<InvokeResult>;

const mebibyte = 1024 * 1024;
const synchronousLimitSeconds = 900;
/** Lambda runs an asynchronous invocation that failed twice more, after one and after two further minutes. */
const asynchronousRetriesMs = [60_000, 120_000];

export function createInvoke(context: {
  world: World;
  registry: FunctionRegistry;
  executions: Executions;
  run: RunFunction;
}): Invoke {
  const { world, registry, executions, run } = context;

  return async ({ FunctionName, Qualifier, InvocationType = "RequestResponse", DurableExecutionName, payload }) => {
    const resolved = registry.resolve(FunctionName, Qualifier);
    assertPayload(payload, InvocationType === "Event" ? mebibyte : 6 * mebibyte);
    const { durableConfig } = resolved.definition;
    if (DurableExecutionName && !durableConfig) {
      throw invalid("DurableExecutionName can only be given for a durable function.");
    }
    if (durableConfig && !resolved.qualifier) {
      throw invalid("You cannot invoke a durable function using an unqualified ARN.");
    }
    const begin = () =>
      executions.start({ function: resolved, name: DurableExecutionName, input: payload.trim() || "{}" });

    switch (InvocationType) {
      case "DryRun":
        return { StatusCode: 204 };
      case "Event":
        if (durableConfig) return { StatusCode: 202, DurableExecutionArn: begin().arn };
        void runAsynchronously(resolved, payload, asynchronousRetriesMs);
        return { StatusCode: 202 };
      case "RequestResponse":
        if (!durableConfig) return runSynchronously(resolved, payload);
        if (durableConfig.executionTimeoutSeconds > synchronousLimitSeconds) {
          throw invalid(
            "You cannot synchronously invoke a durable function with an executionTimeout greater than 15 minutes.",
          );
        }
        return resultOf(await ended(begin()));
      default:
        throw invalid(`Value '${String(InvocationType)}' at 'invocationType' is not RequestResponse, Event or DryRun`);
    }
  };

  async function runSynchronously(resolved: ResolvedFunction, payload: string): Promise<InvokeResult> {
    const outcome = await run(resolved, parse(payload));
    const answer = { StatusCode: 200, ExecutedVersion: resolved.version };
    if (outcome.ok) return { ...answer, Payload: bytes(outcome.payload ?? null) };
    return { ...answer, FunctionError: "Unhandled", Payload: bytes(outcome.error) };
  }

  async function runAsynchronously(resolved: ResolvedFunction, payload: string, retriesMs: number[]): Promise<void> {
    const outcome = await run(resolved, parse(payload));
    const [pauseMs, ...further] = retriesMs;
    if (outcome.ok || pauseMs === undefined) return;
    world.timers.after(pauseMs, () => void runAsynchronously(resolved, payload, further));
  }

  function ended(execution: Execution): Promise<Execution> {
    if (isOver(execution)) return Promise.resolve(execution);
    return new Promise((resolve) => {
      const stop = executions.onStatus(({ durableExecutionArn }) => {
        if (durableExecutionArn !== execution.arn || !isOver(execution)) return;
        stop();
        resolve(execution);
      });
    });
  }

  function resultOf({ arn, status, version, result, error }: Execution): InvokeResult {
    const answer = { StatusCode: 200, ExecutedVersion: version, DurableExecutionArn: arn };
    if (status === "SUCCEEDED") return { ...answer, Payload: Uint8ArrayBlobAdapter.fromString(result || "null") };
    return { ...answer, FunctionError: "Unhandled", Payload: bytes(asFunctionError(error, status)) };
  }
}

const bytes = (value: unknown) => Uint8ArrayBlobAdapter.fromString(JSON.stringify(value));

const asFunctionError = (error: ErrorObject | undefined, status: string) => ({
  errorType: error?.ErrorType ?? `Execution${status}`,
  errorMessage: error?.ErrorMessage ?? `The durable execution is ${status}`,
  trace: error?.StackTrace,
});

const parse = (payload: string): unknown => JSON.parse(payload.trim() || "{}");

function assertPayload(payload: string, maximumBytes: number): void {
  const size = Buffer.byteLength(payload);
  if (size > maximumBytes) {
    throw awsError(
      RequestTooLargeException$,
      `${size} byte payload is too large for the invocation (limit ${maximumBytes} bytes)`,
    );
  }
  try {
    parse(payload);
  } catch (error) {
    throw awsError(InvalidRequestContentException$, `Could not parse request body into json: ${String(error)}`);
  }
}
