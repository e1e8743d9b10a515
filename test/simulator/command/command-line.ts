import { duration, sentence } from "../../../src/command-line/meanings.ts";
import { readOptions } from "../../../src/command-line/read-options.ts";
import { meant, quoted } from "../../../src/command-line/words.ts";
import { procedureNames } from "../../../src/operations/operation.ts";
import { BOUND } from "../planted/find-planted.ts";
import type { Restriction } from "../scenario-of-seed.ts";

export const HELP = `npm run simulate -- [--seed N] [--runs K] [...]

Runs whole operations in virtual time on a simulated AWS that is slow, fails, loses answers and is meddled with, while the runbook is
killed and people decide. One seed is one history, the same on any machine. A checker judges each by the event log of the simulated AWS.

  --seed N            this one history; unless given, a hundred from a fresh seed on
  --runs K            so many, of the seeds from N on
  --for DURATION      instead: as many as fit, such as 10m
  --procedure NAME    only this one: ${procedureNames.join(", ")}
  --replay FILE       one history that is kept in a file
  --singles           every kind of fault, once and for ever, on every call to AWS of each procedure, in as few histories as show it
  --each              each of these in a history of its own
  --pairs             every two such faults together
  --sample N          of the pairs, the singles of --each, or the histories of --singles, so many, drawn evenly by the seed
  --workers N         how many processes run at a time; unless given, one for each core
  --failures DIR      where what fails is kept; unless given, a temporary directory
  --no-shrink         does not look for a smaller history that fails in the same way
  --plant NAME        with a bug planted in the production code, which must then be found
  --planted [NAME...] looks for every bug that can be planted, or for these, at the seeds 1, 2, 3 up to K (--runs, unless given ${BOUND}), and then by
                      the history that is kept for it
  --json              one JSON object a line, the last of them with everything that was counted
  --help              this text

The last line is \`N runs, V violations, H hangs, R runs/s\`: V histories in which an invariant was broken, H that never came to an end. It ends
with 0 where both are none; with 1 where not, or where a single fault that asking again gets past led to another ending; with 2 where it was
asked for something that makes no sense; with 130 where it was interrupted before anything failed.
`;

type Common = {
  workers: number;
  shrink: boolean;
  failures?: string;
  plant?: string;
  json: boolean;
  forMs?: number;
};
export type SimulateCommand =
  | { kind: "help" }
  | { kind: "wrong"; problems: string[] }
  | (Common & { kind: "seeds"; seed: number; runs: number; restriction: Restriction })
  | { kind: "planted"; names?: string[]; bound: number; workers: number }
  | (Common & { kind: "replay"; file: string })
  | (Common & { kind: "singles" | "pairs"; restriction: Restriction; each: boolean; sample?: number; seed: number });

const OPTIONS = {
  seed: { type: "string" },
  runs: { type: "string" },
  for: { type: "string" },
  procedure: { type: "string" },
  replay: { type: "string" },
  singles: { type: "boolean" },
  pairs: { type: "boolean" },
  each: { type: "boolean" },
  sample: { type: "string" },
  workers: { type: "string" },
  failures: { type: "string" },
  "no-shrink": { type: "boolean" },
  plant: { type: "string" },
  planted: { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;
type Name = keyof typeof OPTIONS;
type Values = { [Each in Name]?: (typeof OPTIONS)[Each]["type"] extends "string" ? string : boolean };

const RUNS = 100;
const LARGEST_SEED = 2 ** 31 - 1;

/** What each kind of run has no use for, so that nobody believes that it was heeded. */
const USELESS: Record<"seeds" | "replay" | "singles" | "pairs" | "planted", Name[]> = {
  seeds: ["sample", "each"],
  replay: ["seed", "runs", "for", "procedure", "singles", "pairs", "each", "sample"],
  singles: ["runs", "pairs"],
  pairs: ["runs", "singles", "each"],
  planted: [
    "seed",
    "for",
    "procedure",
    "replay",
    "singles",
    "pairs",
    "each",
    "sample",
    "failures",
    "no-shrink",
    "plant",
    "json",
  ],
};

/** Everything that is wrong with the command is said at once. */
export function readSimulateCommand(
  args: string[],
  { cores, plants, freshSeed }: { cores: number; plants: readonly string[]; freshSeed: () => number },
): SimulateCommand {
  const { values, names, problems } = readValues(args);
  if (values.help) return { kind: "help" };
  const number = (name: "seed" | "runs" | "sample" | "workers", least: number, most = LARGEST_SEED) => {
    const text = values[name];
    if (text === undefined) return undefined;
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    problems.push(`--${name}: expected a whole number from ${least} to ${most}, found ${quoted(text)}`);
    return undefined;
  };
  const kind = values.planted
    ? "planted"
    : values.replay !== undefined
      ? "replay"
      : values.singles
        ? "singles"
        : values.pairs
          ? "pairs"
          : "seeds";
  for (const name of USELESS[kind])
    if (values[name] !== undefined)
      problems.push(
        `--${name}: expected nothing of the kind ${kind === "seeds" ? "without --singles or --pairs" : `with --${kind}`}`,
      );
  const seed = number("seed", 0);
  const runs = number("runs", 1);
  const sample = number("sample", 1);
  const workers = number("workers", 1, 256);
  const forMs = durationOf(values, problems);
  for (const name of names) if (!plants.includes(name)) problems.push(`--planted: ${expectedOne(name, plants)}`);
  const procedure = procedureNames.find((name) => name === values.procedure);
  if (values.procedure !== undefined && !procedure)
    problems.push(`--procedure: ${expectedOne(values.procedure, procedureNames)}`);
  for (const name of ["replay", "failures"] as const)
    if (values[name] === "") problems.push(`--${name}: expected a path, found nothing`);
  if (values.plant !== undefined && !plants.includes(values.plant))
    problems.push(`--plant: ${expectedOne(values.plant, plants)}`);
  if (problems.length > 0) return { kind: "wrong", problems };

  if (kind === "planted")
    return { kind, ...(names.length > 0 && { names }), bound: runs ?? BOUND, workers: workers ?? cores };
  const { failures, plant } = values;
  const restriction: Restriction = procedure ? { procedure } : {};
  const common: Common = {
    workers: workers ?? cores,
    shrink: !values["no-shrink"],
    json: values.json ?? false,
    ...(failures !== undefined && { failures }),
    ...(plant !== undefined && { plant }),
    ...(forMs !== undefined && { forMs }),
  };
  switch (kind) {
    case "replay":
      return { kind, ...common, file: values.replay! };
    case "singles":
    case "pairs":
      return {
        ...{ kind, ...common, restriction, each: values.each ?? false, seed: seed ?? freshSeed() },
        ...(sample !== undefined && { sample }),
      };
    case "seeds":
      return {
        kind,
        ...common,
        restriction,
        seed: seed ?? freshSeed(),
        runs: runs ?? (forMs !== undefined ? Number.POSITIVE_INFINITY : seed !== undefined ? 1 : RUNS),
      };
  }
}

/** What was given alone, so that what a kind of run has no use for is seen. */
function readValues(args: string[]): { values: Values; names: string[]; problems: string[] } {
  const { values, given, positionals, problems } = readOptions(args, {
    options: OPTIONS,
    ...(args.includes("--planted") && { positionals: "a bug that can be planted" }),
  });
  const found = Object.entries(values).filter(([name]) => given.has(name));
  return { values: Object.fromEntries(found), names: positionals, problems };
}

function durationOf({ for: text }: Values, problems: string[]): number | undefined {
  if (text === undefined) return undefined;
  const read = duration(text);
  if ("value" in read) return read.value;
  problems.push(`--for: ${sentence(read, text)}`);
  return undefined;
}

function expectedOne(found: string, names: readonly string[]): string {
  return sentence({ expected: `one of ${names.join(", ")}`, meant: meant(found, names) }, found);
}
