import { fork } from "node:child_process";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { FunctionSpec, Invocation, InvocationEnd, InvocationOutcome } from "../functions.ts";
import type { FromWorker, ToWorker, WorkerSettings } from "./function-messages.ts";

/** One execution environment of a function, in a child process. It runs one invocation at a time. */
export type FunctionProcess = {
  run(event: unknown, invocation: Invocation): Promise<InvocationOutcome>;
  /** False as soon as it is to die: no further invocation may get it. */
  alive(): boolean;
  kill(): void;
  /** The invocation ends as one that crashed, while the process goes on. */
  lose(): void;
  readonly exited: Promise<void>;
};

export function startFunctionProcess(
  spec: FunctionSpec,
  { resolver, onLine }: { resolver?: string; onLine: (line: string) => void },
): FunctionProcess {
  const { bundle, handler, functionName, memoryMb } = spec;
  const settings: WorkerSettings = { bundle, handler, functionName, memoryMb, resolver };
  const worker = fork(fileURLToPath(new URL("./function-worker.ts", import.meta.url)), [JSON.stringify(settings)], {
    cwd: dirname(bundle),
    env: environmentOf(spec),
    execArgv: [`--max-old-space-size=${memoryMb}`],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const ready = Promise.withResolvers<void>();
  const exited = Promise.withResolvers<void>();
  let current: { logs: string[]; invocation: Invocation; end: (end: InvocationEnd) => void } | undefined;
  let death: InvocationEnd | undefined;
  let alive = true;
  let timedOut = false;
  const kill = () => {
    alive = false;
    worker.kill("SIGKILL");
  };

  const lose = () => {
    alive = false;
    current?.end(deathOf("contact was lost", false));
  };

  const hear = (line: string) => {
    current?.logs.push(line);
    onLine(line);
  };
  worker.on("message", (message: FromWorker) => {
    switch (message.type) {
      case "ready":
        return ready.resolve();
      case "line":
        return hear(message.line);
      case "returned":
        return current?.end({ ok: true, payload: message.payload });
      case "threw":
        return current?.end({ ok: false, reason: "threw", error: message.error });
    }
  });
  // Node itself writes there when it dies of an exception; the code's own lines come as messages.
  for (const stream of [worker.stdout, worker.stderr]) if (stream) createInterface({ input: stream }).on("line", hear);
  const end = (how: string) => {
    alive = false;
    death ??= timedOut ? timeOutOf(current?.invocation, spec) : deathOf(how, worker.signalCode === "SIGKILL");
    current?.end(death);
    exited.resolve();
  };
  worker.on("error", (error) => end(error.message));
  worker.on("close", (code, signal) => end(signal ? `signal: ${signal}` : `exit status ${code}`));

  return {
    exited: exited.promise,
    alive: () => alive,
    kill,
    lose,

    async run(event, invocation) {
      const ended = Promise.withResolvers<InvocationEnd>();
      const logs: string[] = [];
      current = { logs, invocation, end: ended.resolve };
      const timeOut = setTimeout(() => {
        timedOut = true;
        kill();
      }, invocation.deadline - Date.now());
      const message: ToWorker = { event, invocation };
      if (death) ended.resolve(death);
      void ready.promise.then(() => worker.connected && worker.send(message, () => {}));
      try {
        return { ...(await ended.promise), logs };
      } finally {
        clearTimeout(timeOut);
        current = undefined;
      }
    },
  };
}

/** What Lambda puts into the environment, and nothing of this machine's: neither its credentials nor its AWS configuration. */
const environmentOf = ({ environment, functionName, memoryMb }: FunctionSpec): Record<string, string> => ({
  PATH: process.env.PATH ?? "",
  HOME: tmpdir(),
  LANG: "en_US.UTF-8",
  TZ: ":UTC",
  AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
  AWS_LAMBDA_FUNCTION_NAME: functionName,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
  AWS_LAMBDA_FUNCTION_VERSION: "1",
  AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
  ...environment,
});

const deathOf = (how: string, killed: boolean): InvocationEnd => ({
  ok: false,
  reason: killed ? "killed" : "exited",
  error: { errorType: "Runtime.ExitError", errorMessage: `Error: Runtime exited with error: ${how}` },
});

const timeOutOf = (invocation: Invocation | undefined, { timeoutMs }: FunctionSpec): InvocationEnd => ({
  ok: false,
  reason: "timed-out",
  error: {
    errorType: "Sandbox.Timedout",
    errorMessage: `RequestId: ${invocation?.requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
  },
});
