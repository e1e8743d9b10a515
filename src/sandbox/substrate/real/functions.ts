import type { FunctionRuntime, FunctionSpec } from "../functions.ts";
import { type FunctionProcess, startFunctionProcess } from "./function-process.ts";

export type RealFunctionsOptions = {
  /** Who answers the functions' DNS questions, as "host:port". */
  resolver?: string;
  /** Told of each line that a function writes, as it writes it; `requestId` is missing outside of invocations. */
  onLine?: (line: { functionName: string; requestId?: string; line: string }) => void;
};

/** Functions in child processes, from their bundles: as many for each function as it has invocations at once, kept warm for the next. */
export function realFunctions({ resolver, onLine }: RealFunctionsOptions = {}): FunctionRuntime {
  type Environment = FunctionProcess & { requestId?: string };
  const specs = new Map<string, FunctionSpec>();
  const environments = new Map<string, Set<Environment>>();
  let shutDown = false;

  function startEnvironment(spec: FunctionSpec): Environment {
    const { functionName } = spec;
    const environment: Environment = startFunctionProcess(spec, {
      resolver,
      onLine: (line) => onLine?.({ functionName, requestId: environment.requestId, line }),
    });
    const all = environments.get(functionName);
    all?.add(environment);
    void environment.exited.then(() => all?.delete(environment));
    return environment;
  }

  const living = (functionName: string) =>
    [...(environments.get(functionName) ?? [])].filter((environment) => environment.alive());

  return {
    define(spec) {
      specs.set(spec.functionName, spec);
      environments.set(spec.functionName, new Set());
    },

    async invoke(functionName, event, invocation) {
      const spec = specs.get(functionName);
      if (!spec || shutDown) {
        const errorMessage = shutDown ? "the runtime was shut down" : `function ${functionName} is not defined`;
        return { ok: false, reason: "killed", error: { errorType: "Runtime.ExitError", errorMessage }, logs: [] };
      }
      const idle = living(functionName).find(({ requestId }) => requestId === undefined);
      const environment = idle ?? startEnvironment(spec);
      environment.requestId = invocation.requestId;
      const outcome = await environment.run(event, invocation);
      environment.requestId = undefined;
      return outcome;
    },

    kill(functionName) {
      const killed = living(functionName);
      for (const environment of killed) environment.kill();
      return killed.length;
    },

    lose(functionName) {
      const lost = living(functionName);
      for (const environment of lost) environment.lose();
      return lost.length;
    },

    async shutDown() {
      shutDown = true;
      const all = [...environments.values()].flatMap((each) => [...each]);
      for (const environment of all) environment.kill();
      await Promise.all(all.map(({ exited }) => exited));
    },
  };
}
