import { type DurableExecutionClient, DurableExecutionInvocationInputWithClient } from "@aws/durable-execution-sdk-js";
import type { World } from "../../cloud/world.ts";
import {
  type FailureReason,
  type FunctionRuntime,
  type FunctionSpec,
  type Invocation,
  type InvocationOutcome,
  versionOf,
} from "../functions.ts";

/** A function's code: called once for each execution environment, as the bundle is imported once in each. */
export type SimulatedFunction = (environment: ExecutionEnvironment) => SimulatedHandler;
export type SimulatedHandler = (event: never, context: never) => Promise<unknown>;

export type ExecutionEnvironment = {
  variables: Record<string, string>;
  /**
   * Never settles once the environment is killed, and otherwise as `work` does. What the code does to the outside goes through it:
   * nothing in this process can be killed, but what is killed must do nothing more.
   */
  whileAlive: <Result>(work: () => Promise<Result>) => Promise<Result>;
};

/**
 * Functions in this process, on virtual time. `durableClient` is how the code of durable functions reaches its state, for each
 * environment, since the durable SDK makes a client of its own otherwise.
 */
export function simulatedFunctions(
  world: Pick<World, "clock" | "timers">,
  code: Record<string, SimulatedFunction>,
  durableClient: () => DurableExecutionClient,
): FunctionRuntime {
  const functions = new Map<string, { specs: FunctionSpec[]; environments: Set<SimulatedEnvironment> }>();
  const never = new Promise<never>(() => {});

  type SimulatedEnvironment = {
    run(event: unknown, invocation: Invocation): Promise<InvocationOutcome>;
    kill(): void;
    lose(): void;
  };

  function createEnvironment(spec: FunctionSpec, onEnd: () => void): SimulatedEnvironment {
    const create = code[spec.functionName];
    if (!create) throw new Error(`function ${spec.functionName} has no code here`);
    let dead = false;
    const { promise: death, resolve: die } = Promise.withResolvers<FailureReason>();
    const end = (reason: FailureReason) => {
      dead = true;
      onEnd();
      die(reason);
    };
    const whileAlive = async <Result>(work: () => Promise<Result>): Promise<Result> => {
      if (dead) return never;
      try {
        const result = await work();
        return dead ? never : result;
      } catch (thrown) {
        return dead ? never : Promise.reject(thrown);
      }
    };
    const handler = create({ variables: spec.environment, whileAlive });

    return {
      kill: () => end("killed"),
      lose: () => die("exited"),
      async run(event, invocation) {
        const cancel = world.timers.after(invocation.deadline - world.clock.now(), () => end("timed-out"));
        const work = handler(withClient(event, whileAlive) as never, contextOf(spec, invocation) as never).then(
          (payload): InvocationOutcome => ({ ok: true, payload: throughJson(payload), logs: [] }),
          (thrown: unknown) => failure("threw", thrown),
        );
        const outcome = await Promise.race([work, death.then((reason) => failure(reason))]);
        cancel();
        return outcome;
      },
    };
  }

  function withClient(event: unknown, whileAlive: ExecutionEnvironment["whileAlive"]): unknown {
    const json = throughJson(event) as Partial<DurableExecutionInvocationInputWithClient>;
    if (!json?.DurableExecutionArn) return json;
    const client = durableClient();
    return Object.assign(
      new DurableExecutionInvocationInputWithClient(json as DurableExecutionInvocationInputWithClient, {
        checkpoint: (...request) => whileAlive(() => client.checkpoint(...request)),
        getExecutionState: (...request) => whileAlive(() => client.getExecutionState(...request)),
      }),
      { UpdatedOperationIds: (json as { UpdatedOperationIds?: string[] }).UpdatedOperationIds },
    );
  }

  const contextOf = (spec: FunctionSpec, { requestId, deadline, functionVersion, invokedFunctionArn }: Invocation) => ({
    awsRequestId: requestId,
    functionName: spec.functionName,
    functionVersion,
    invokedFunctionArn,
    memoryLimitInMB: String(spec.memoryMb),
    logGroupName: `/aws/lambda/${spec.functionName}`,
    logStreamName: "simulated",
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - world.clock.now()),
  });

  return {
    define(spec) {
      const { specs, environments } = functions.get(spec.functionName) ?? { specs: [], environments: new Set() };
      functions.set(spec.functionName, { specs: [...specs, spec], environments });
    },
    async invoke(functionName, event, invocation) {
      const known = functions.get(functionName);
      const spec = versionOf(known?.specs, invocation.functionVersion);
      if (!known || !spec) throw new Error(`function ${functionName} is not defined`);
      // One for each invocation: a warm one would only hide state that the code must not keep.
      const environment = createEnvironment(spec, () => known.environments.delete(environment));
      known.environments.add(environment);
      const outcome = await environment.run(event, invocation);
      known.environments.delete(environment);
      return outcome;
    },
    kill(functionName) {
      const environments = [...(functions.get(functionName)?.environments ?? [])];
      for (const environment of environments) environment.kill();
      return environments.length;
    },
    lose(functionName) {
      const environments = [...(functions.get(functionName)?.environments ?? [])];
      for (const environment of environments) environment.lose();
      return environments.length;
    },
    async shutDown() {
      for (const { environments } of functions.values()) for (const each of [...environments]) each.kill();
    },
  };
}

const throughJson = (value: unknown): unknown => (value === undefined ? null : JSON.parse(JSON.stringify(value)));

function failure(reason: FailureReason, thrown?: unknown): InvocationOutcome {
  const error =
    thrown instanceof Error
      ? { errorType: thrown.name, errorMessage: thrown.message }
      : { errorType: `Runtime.${reason}`, errorMessage: JSON.stringify(thrown) ?? reason };
  return { ok: false, reason, error, logs: [] };
}
