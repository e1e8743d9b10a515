import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { oneOf, wholeNumber } from "../src/command-line/meanings.ts";
import { readOptions } from "../src/command-line/read-options.ts";
import { type Asked, runCommand } from "../src/command-line/run-command.ts";
import { type SweptProcedure, sweptProcedures } from "../test/sweep/procedures.ts";
import { type SweepResult, sweep } from "../test/sweep/sweep.ts";
import { buildLambda } from "./build-lambda.ts";

const HELP = `npm run sweep -- [--procedure NAME] [--zombies] [--lanes N] [--every N] [--json]

Ends the worker process of the runbook at every point of a procedure, each once, and judges every operation by the nine invariants.
A point is the moment before or after a checkpoint of the durable execution, or before or after an effect on AWS. Worker processes, bundles,
the durable SDK and sockets are real; nodes and databases are simulated, on real time. Many points are met in one operation.

  --procedure NAME  one of ${sweptProcedures.join(", ")}; all of them unless given
  --zombies         freezes the worker at every effect instead; it wakes when its successor has ended the operation
  --lanes N         operations at a time; 4 unless given
  --every N         every Nth point only
  --json            the result as JSON, instead of tables
  --help, -h        this text

Ends with exit code 0 only if no invariant is violated, nothing hangs, and every point was met.
`;

process.exitCode = await runCommand({ help: HELP, read: readCommand, run });

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

type SweepCommand = {
  kind: "sweep";
  procedures: readonly SweptProcedure[];
  mode: "kill" | "freeze";
  lanes: number;
  every: number;
  json: boolean;
};

function readCommand(args: string[]): Asked<SweepCommand> {
  const count = wholeNumber({ least: 1, most: 99 });
  const { values, problems } = readOptions(args, {
    options: {
      procedure: { type: "string", as: oneOf(sweptProcedures) },
      zombies: { type: "boolean" },
      lanes: { type: "string", default: 4, as: count },
      every: { type: "string", default: 1, as: count },
      json: { type: "boolean" },
    },
  });
  if (values.help) return { kind: "help" };
  if (problems.length > 0) return { kind: "wrong", problems };
  const { procedure, zombies, lanes, every, json } = values;
  return {
    kind: "sweep",
    procedures: procedure === undefined ? sweptProcedures : [procedure],
    mode: zombies ? "freeze" : "kill",
    ...{ lanes, every, json },
  };
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
