import { type FunctionRuntime, type FunctionSpec, versionOf } from "../functions.ts";
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
  /** By name, each version's code with what runs it. */
  const functions = new Map<string, { spec: FunctionSpec; environments: Set<Environment> }[]>();
  let shutDown = false;

  function startEnvironment(spec: FunctionSpec, all: Set<Environment>): Environment {
    const { functionName } = spec;
    const environment: Environment = startFunctionProcess(spec, {
      resolver,
      onLine: (line) => onLine?.({ functionName, requestId: environment.requestId, line }),
    });
    all.add(environment);
    void environment.exited.then(() => all.delete(environment));
    return environment;
  }

  const living = (functionName: string) =>
    (functions.get(functionName) ?? [])
      .flatMap(({ environments }) => [...environments])
      .filter((environment) => environment.alive());

  return {
    define(spec) {
      functions.set(spec.functionName, [
        ...(functions.get(spec.functionName) ?? []),
        { spec, environments: new Set() },
      ]);
    },

    async invoke(functionName, event, invocation) {
      const code = versionOf(functions.get(functionName), invocation.functionVersion);
      if (!code || shutDown) {
        const errorMessage = shutDown ? "the runtime was shut down" : `function ${functionName} is not defined`;
        return { ok: false, reason: "killed", error: { errorType: "Runtime.ExitError", errorMessage }, logs: [] };
      }
      const { spec, environments } = code;
      const idle = [...environments].find((each) => each.alive() && each.requestId === undefined);
      const environment = idle ?? startEnvironment(spec, environments);
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
      const all = [...functions.values()].flat().flatMap(({ environments }) => [...environments]);
      for (const environment of all) environment.kill();
      await Promise.all(all.map(({ exited }) => exited));
    },
  };
}
