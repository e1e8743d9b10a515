import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../src/command-line/run-command.ts";
import { HELP, readSweepCommand, type SweepCommand } from "../test/sweep/command-line.ts";
import { type SweepResult, sweep } from "../test/sweep/sweep.ts";
import { buildLambda } from "./build-lambda.ts";

process.exitCode = await runCommand({ help: HELP, read: readSweepCommand, run });

async function run({ procedures, mode, lanes, every, json }: SweepCommand): Promise<number> {
  const scratch = await mkdtemp(join(tmpdir(), "intermission-sweep-"));
  try {
    const built = join(scratch, "functions");
    await buildLambda({ root: join(import.meta.dirname, ".."), outDir: built });
    const results: SweepResult[] = [];
    for (const procedure of procedures) {
      const perOperation = mode === "kill" ? 48 : 16;
      results.push(await sweep({ built, scratch, procedure, mode, lanes, perOperation, every, onProgress }));
      if (!json) process.stdout.write(table(results.at(-1)!));
    }
    if (json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
    return conclude(results);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function onProgress({
  procedure,
  operations,
  done,
  points,
}: Parameters<NonNullable<Parameters<typeof sweep>[0]["onProgress"]>>[0]) {
  process.stderr.write(`${procedure}: ${done} of ${operations} operations, ${points} points\n`);
}

function table({ procedure, mode, operations, points }: SweepResult): string {
  const how = mode === "kill" ? "killed" : "frozen, and woken at the end";
  const lines = points.map(
    ({ point, outcome, operation }) => `${outcome.padEnd(11)} ${String(operation ?? "").padStart(3)}  ${point}`,
  );
  return `\n${procedure}: ${points.length} points at which a worker was ${how}, in ${operations} operations\noutcome     operation  point\n${lines.join("\n")}\n\n`;
}

function conclude(results: SweepResult[]): number {
  const points = results.flatMap((result) => result.points).length;
  const [violations, hangs] = [results.flatMap((each) => each.violations), results.flatMap((each) => each.hangs)];
  for (const each of [...violations, ...hangs]) process.stderr.write(`✗ ${each}\n`);
  process.stdout.write(`${points} points, ${violations.length} violations, ${hangs.length} hangs\n`);
  return violations.length + hangs.length === 0 ? 0 : 1;
}
