import { oneOf, wholeNumber } from "../../src/command-line/meanings.ts";
import { readOptions } from "../../src/command-line/read-options.ts";
import type { Asked } from "../../src/command-line/run-command.ts";
import { type SweptProcedure, sweptProcedures } from "./procedures.ts";

export const HELP = `npm run sweep -- [--procedure NAME] [--zombies] [--lanes N] [--every N] [--json]

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

export type SweepCommand = {
  kind: "sweep";
  procedures: readonly SweptProcedure[];
  mode: "kill" | "freeze";
  lanes: number;
  every: number;
  json: boolean;
};

/** Everything that is wrong with the command is said at once. */
export function readSweepCommand(args: string[]): Asked<SweepCommand> {
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
