import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Refusal, runCommand } from "../src/command-line/run-command.ts";
import { createTerminal } from "../src/demo/terminal.ts";
import { HELP, readCommand, type WorkflowCommand } from "../src/demo/workflow/command.ts";
import { runOnTheSandbox } from "../src/demo/workflow/on-the-sandbox.ts";
import { bundlesIn } from "../src/sandbox/bundles.ts";
import { buildLambda } from "./build-lambda.ts";
import { INTERRUPTED, untilInterrupted } from "./until-interrupted.ts";

const root = join(import.meta.dirname, "..");

/** The exit code: 0 when every job succeeded, 1 when not, 2 when it was asked for something that makes no sense. */
process.exitCode = await runCommand({ help: HELP, read: readCommand, run });

async function run(command: WorkflowCommand): Promise<number> {
  const terminal = createTerminal(process.stdout);
  const signal = untilInterrupted();
  const outDir = await mkdtemp(join(tmpdir(), "intermission-functions-"));
  try {
    await buildLambda({ root, outDir });
    return await runOnTheSandbox({ root, bundles: bundlesIn(outDir), command, terminal, signal });
  } catch (error) {
    if (signal.aborted) return INTERRUPTED;
    if (error instanceof Refusal) throw error;
    terminal.print(terminal.paint("red", `✗ ${(error as Error).message}`));
    return 1;
  } finally {
    await rm(outDir, { recursive: true, force: true });
  }
}
