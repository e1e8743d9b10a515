/** Runs the code of Lambda functions: in child processes (`real/`), or in this process on a virtual clock (`simulated/`). */
export type FunctionRuntime = {
  /** Makes a function's code known: version 1, and each time again the next one. It is loaded at its first invocation, as a cold start. */
  define(spec: FunctionSpec): void;
  /** Runs the handler of the version that the invocation names, the newest for `$LATEST`, in an execution environment that is idle or new. Never rejects. */
  invoke(functionName: string, event: unknown, invocation: Invocation): Promise<InvocationOutcome>;
  /** Kills the function's execution environments, as SIGKILL does; whatever they run crashes. Answers how many there were. */
  kill(functionName: string): number;
  /**
   * Loses sight of the function's execution environments, as when the network between Lambda and a host breaks: their invocations count as
   * crashed and no further one gets them, but what they run goes on, a zombie, until the runtime is shut down. Answers how many there were.
   */
  lose(functionName: string): number;
  /** Ends every execution environment. */
  shutDown(): Promise<void>;
};

export type FunctionSpec = {
  functionName: string;
  /** Path of the bundle, an ES module. */
  bundle: string;
  /** Name of the handler that it exports. */
  handler: string;
  /** All that the code finds in its environment, besides what Lambda itself puts there. */
  environment: Record<string, string>;
  timeoutMs: number;
  memoryMb: number;
};

export type Invocation = {
  requestId: string;
  /** When the function's time is up, in milliseconds since the epoch. The runtime then kills the execution environment. */
  deadline: number;
  functionVersion: string;
  invokedFunctionArn: string;
};

/** `logs` are the lines that the code wrote during the invocation, oldest first. */
export type InvocationOutcome = InvocationEnd & { logs: string[] };
export type InvocationEnd = { ok: true; payload: unknown } | { ok: false; reason: FailureReason; error: FunctionError };
/** `threw`: the handler, which leaves the execution environment as it is; all others end it. */
export type FailureReason = "threw" | "exited" | "killed" | "timed-out";
/** As Lambda shows it to whoever invoked the function. */
export type FunctionError = { errorType: string; errorMessage: string; trace?: string[] };

/** Of all versions of something, from the first on, the one that an invocation names. */
export const versionOf = <Code>(versions: readonly Code[] = [], functionVersion: string): Code | undefined =>
  functionVersion === "$LATEST" ? versions.at(-1) : versions[Number(functionVersion) - 1];
