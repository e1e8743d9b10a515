import type * as lambda from "@aws-sdk/client-lambda";
import type { FunctionRuntime } from "../../substrate/functions.ts";
import type { Handlers } from "../../wire/handlers.ts";
import type { Known } from "../iam/known.ts";
import type { FunctionCaller, StreamSource } from "../seams.ts";
import type { World } from "../world.ts";
import { createCallbacks } from "./callbacks.ts";
import { deliverDeadLetters } from "./dead-letters.ts";
import { createDriver, type Driver } from "./driver.ts";
import { createDurableHandlers } from "./durable-handlers.ts";
import { createEventSourceMappings } from "./event-source-mappings.ts";
import type { Execution } from "./execution.ts";
import { createExecutions, type ExecutionStatusChange } from "./executions.ts";
import { createFunctionHandlers } from "./function-handlers.ts";
import { createFunctionRegistry, type FunctionDefinition } from "./functions.ts";
import { createInvocations } from "./invocations.ts";
import { createInvoke } from "./invoke.ts";

export type Lambda = {
  handlers: Handlers<typeof lambda>;
  define(definition: FunctionDefinition): void;
  /** Deploys another version of a function. What runs on an older one goes on there; its aliases, and so whatever begins, are on the new one. */
  publish(definition: FunctionDefinition): void;
  /** Invokes a function with an event as JSON and waits for its answer, as API Gateway does. Rejects where it does not exist. */
  invoke(functionName: string, payload: string): Promise<{ payload: string; functionError?: string }>;
  /** Functions, as services see them that invoke them with events. */
  caller: FunctionCaller;
  /** What IAM looks up. */
  known: Known["lambda"];
  /** Kills whatever runs the function's code. Answers how many execution environments there were. */
  kill(functionName: string): number;
  /** Invokes anew whatever runs the function's code, and lets it run on: a zombie. Answers how many execution environments there were. */
  lose(functionName: string): number;
  /** Calls back on each change of a durable execution's status until the returned function is called. */
  onExecutionStatus(listener: (change: ExecutionStatusChange) => void): () => void;
  state(): LambdaState;
  /** Ends every execution environment and starts no further one. */
  stop(): Promise<void>;
};
export type LambdaState = {
  functions: { functionName: string; durable: boolean; aliases: string[] }[];
  executions: (Pick<Execution, "arn" | "name" | "status" | "operationCount"> & { open: string[] })[];
};

export function createLambda(
  world: World,
  { functions: runtime, streams }: { functions: FunctionRuntime; streams: StreamSource },
): Lambda {
  const registry = createFunctionRegistry(world);
  const run = createInvocations(world, registry, runtime);
  const executions = createExecutions(world, registry, (execution) => driver.wake(execution));
  const driver: Driver = createDriver(world, executions, run);
  const callbacks = createCallbacks(world, executions);
  const invoke = createInvoke({ world, registry, executions, run });
  const mappings = createEventSourceMappings({ world, registry, streams, run });
  const stopDeadLetters = deliverDeadLetters({ world, registry, executions, run });

  return {
    handlers: {
      ...createFunctionHandlers(registry, new Date(world.clock.now())),
      ...createDurableHandlers({ world, registry, executions, callbacks }),
      ...mappings.handlers,
      Invoke: ({ Payload, ...input }) => {
        const payload = Payload === undefined ? "" : Buffer.from(Payload as Uint8Array).toString();
        return invoke({ ...input, payload });
      },
    },

    define(definition) {
      registry.define(definition);
      runtime.define(definition);
    },
    publish(definition) {
      registry.publish(definition);
      runtime.define(definition);
    },
    async invoke(functionName, payload) {
      const { Payload, FunctionError } = await invoke({ FunctionName: functionName, payload });
      return { payload: Payload?.transformToString() ?? "null", functionError: FunctionError };
    },
    caller: {
      async invoke(functionArn, event) {
        await invoke({ FunctionName: functionArn, InvocationType: "Event", payload: JSON.stringify(event) });
      },
    },
    known: { executionOfCallback: (callbackId) => callbacks.executionOf(callbackId)?.arn },
    kill: (functionName) => runtime.kill(registry.resolve(functionName).definition.functionName),
    lose: (functionName) => runtime.lose(registry.resolve(functionName).definition.functionName),
    onExecutionStatus: (listener) => executions.onStatus(listener),
    state: () => ({
      functions: registry.all().map(({ functionName, durableConfig, aliases = [] }) => ({
        functionName,
        aliases,
        durable: durableConfig !== undefined,
      })),
      executions: executions.all().map(({ arn, name, status, operationCount, operations }) => ({
        ...{ arn, name, status, operationCount },
        open: [...operations.values()].filter(({ EndTimestamp }) => !EndTimestamp).map((each) => each.Name ?? ""),
      })),
    }),
    async stop() {
      driver.stop();
      stopDeadLetters();
      mappings.stop();
      for (const execution of executions.all()) execution.timers.cancelAll();
      await runtime.shutDown();
    },
  };
}
