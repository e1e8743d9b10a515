import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../src/command-line/run-command.ts";
import { type Command, HELP, readCommand, showOf } from "../src/demo/command-line.ts";
import { runDemo } from "../src/demo/demo.ts";
import { createTerminal } from "../src/demo/terminal.ts";
import { bundlesIn } from "../src/sandbox/bundles.ts";
import { buildLambda } from "./build-lambda.ts";
import { INTERRUPTED, untilInterrupted } from "./until-interrupted.ts";

const root = join(import.meta.dirname, "..");

/** 0 when everything was as it should be, 1 when not, 2 when it was asked for something that makes no sense. */
process.exitCode = await runCommand({ help: HELP, read: readCommand, run: show });

async function show(command: Command): Promise<number> {
  const terminal = createTerminal(process.stdout);
  const signal = untilInterrupted();
  const outDir = await mkdtemp(join(tmpdir(), "intermission-functions-"));
  try {
    await buildLambda({ root, outDir });
    const bundles = bundlesIn(outDir);
    return await runDemo({ root, bundles, show: showOf(command), keep: command.keep, terminal, signal });
  } catch (error) {
    if (signal.aborted) return INTERRUPTED;
    terminal.print(terminal.paint("red", `✗ The demonstration broke off: ${(error as Error).stack}`));
    return 1;
  } finally {
    await rm(outDir, { recursive: true, force: true });
  }
}
