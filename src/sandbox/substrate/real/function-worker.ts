/** One execution environment: runs in a child process, imports the bundle once and runs the handler, one invocation at a time. */
import dns from "node:dns";
import { hostname } from "node:os";
import { pathToFileURL } from "node:url";
import type { FunctionError, Invocation } from "../functions.ts";
import type { FromWorker, ToWorker, WorkerSettings } from "./function-messages.ts";

type Handler = (event: unknown, context: unknown) => unknown;

const settings = JSON.parse(process.argv[2] ?? "{}") as WorkerSettings;
const send = (message: FromWorker) => process.send?.(message);

// Whoever started this is gone: nothing may go on working for it.
process.on("disconnect", () => process.exit(1));
sendLines(process.stdout);
sendLines(process.stderr);
if (settings.resolver) dns.setServers([settings.resolver]);

let handler: Handler | undefined;
let initError: FunctionError | undefined;
try {
  handler = await loadHandler();
} catch (thrown) {
  initError = asFunctionError(thrown, "Runtime.ImportModuleError");
}
process.on("message", ({ event, invocation }: ToWorker) => void invoke(event, invocation));
send({ type: "ready" });

async function loadHandler(): Promise<Handler> {
  const module: Record<string, unknown> = await import(pathToFileURL(settings.bundle).href);
  const exported = module[settings.handler];
  if (typeof exported === "function") return exported as Handler;
  throw Object.assign(new Error(`index.${settings.handler} is undefined or not exported`), {
    name: "Runtime.HandlerNotFound",
  });
}

async function invoke(event: unknown, invocation: Invocation): Promise<void> {
  try {
    if (!handler) return void send({ type: "threw", error: initError ?? { errorType: "Error", errorMessage: "" } });
    const payload = await handler(event, contextOf(invocation));
    send({ type: "returned", payload: payload === undefined ? null : payload });
  } catch (thrown) {
    send({ type: "threw", error: asFunctionError(thrown) });
  }
}

const contextOf = ({ requestId, deadline, functionVersion, invokedFunctionArn }: Invocation) => ({
  awsRequestId: requestId,
  functionName: settings.functionName,
  functionVersion,
  invokedFunctionArn,
  memoryLimitInMB: String(settings.memoryMb),
  logGroupName: `/aws/lambda/${settings.functionName}`,
  logStreamName: `${hostname()}/${process.pid}`,
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
});

function asFunctionError(thrown: unknown, errorType?: string): FunctionError {
  if (!(thrown instanceof Error)) {
    return { errorType: errorType ?? typeof thrown, errorMessage: JSON.stringify(thrown) ?? "undefined" };
  }
  const type = thrown.name.startsWith("Runtime.") ? thrown.name : (errorType ?? thrown.name);
  return { errorType: type, errorMessage: thrown.message, trace: thrown.stack?.split("\n") };
}

/** Sends what is written by the line, in order with the answers, instead of writing it. */
function sendLines(stream: NodeJS.WriteStream): void {
  let rest = "";
  stream.write = (chunk: string | Uint8Array, ...more: unknown[]) => {
    const lines = (rest + (typeof chunk === "string" ? chunk : Buffer.from(chunk).toString())).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) send({ type: "line", line });
    const written = more.find((each) => typeof each === "function") as (() => void) | undefined;
    if (written) process.nextTick(written);
    return true;
  };
}
