import { fileURLToPath } from "node:url";
import { styleText } from "node:util";
import { runCommand } from "../command-line/run-command.ts";
import { bundlesIn } from "./bundles.ts";
import { type Command, HELP, readCommand } from "./command-line.ts";
import { readyLine, readyText } from "./ready.ts";
import { type Sandbox, startSandbox } from "./sandbox.ts";
import { type LoadedSeed, loadSeed, parseSeed } from "./seed/load-seed.ts";
import type { MakeTemplate } from "./template/plan-of-template.ts";

const built = fileURLToPath(new URL("../../build/lambda", import.meta.url));
const say = (line: string) => process.stderr.write(`${styleText("dim", line, { stream: process.stderr })}\n`);
const complain = (line: string) => process.stderr.write(`${styleText("red", line, { stream: process.stderr })}\n`);
/** A terminal signals the whole group and npm passes the signal on, so one Ctrl-C may arrive twice. */
const ONE_CTRL_C_MS = 2_000;

/** The exit code: 0 when it was ended, 1 when it could not start or end, 2 when it was asked for something that makes no sense. */
process.exitCode = await runCommand({ help: HELP, read: readCommand, run: load });

async function load(command: Command): Promise<number> {
  const { file } = command;
  let seed: LoadedSeed;
  try {
    seed = await (file ? loadSeed(file) : parseSeed("", { fileName: "the empty seed", directory: process.cwd() }));
  } catch (error) {
    complain((error as Error).message);
    return 2;
  }
  return run(command, seed);
}

async function run({ json, fromTemplate }: Command, seed: LoadedSeed): Promise<number> {
  const asked = untilAskedToEnd();
  let sandbox: Sandbox;
  try {
    sandbox = await startSandbox({
      seed,
      bundles: bundlesIn(built),
      ...(fromTemplate && { template: await templateMaker() }),
      report: say,
      signal: asked.signal,
      onBug: (error) => complain(error instanceof Error ? (error.stack ?? error.message) : String(error)),
      onFunctionLine({ functionName, line }) {
        // CloudWatch makes metrics of these, every minute; nobody reads them.
        if (!line.startsWith('{"_aws":')) say(`${functionName}: ${line}`);
      },
    });
  } catch (error) {
    if (asked.signal.aborted) return 0;
    complain(`The sandbox could not start: ${(error as Error).message}`);
    return 1;
  }
  process.stdout.write(json ? `${readyLine(sandbox)}\n` : readyText(sandbox, seed));
  await asked.promise;
  say("ending");
  try {
    await sandbox.close();
    return 0;
  } catch (error) {
    complain(`The sandbox could not end cleanly: ${String((error as Error).stack)}`);
    return 1;
  }
}

/** The CDK takes its time to load, and only this needs it. */
async function templateMaker(): Promise<MakeTemplate> {
  const { sandboxTemplate } = await import("../../infra/sandbox-template.ts");
  return sandboxTemplate(built);
}

/** Aborts at the first SIGINT, SIGTERM or SIGHUP. A later one ends the process at once, whatever that leaves behind. */
function untilAskedToEnd(): { signal: AbortSignal; promise: Promise<void> } {
  const controller = new AbortController();
  const asked = Promise.withResolvers<void>();
  let firstAt: number | undefined;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      if (firstAt !== undefined && Date.now() - firstAt > ONE_CTRL_C_MS) process.exit(1);
      firstAt ??= Date.now();
      controller.abort(new Error("the sandbox was asked to end"));
      asked.resolve();
    });
  return { signal: controller.signal, promise: asked.promise };
}
