import { randomInt } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../src/command-line/run-command.ts";
import { createTerminal } from "../src/demo/terminal.ts";
import { HELP, readSimulateCommand, type SimulateCommand } from "../test/simulator/command/command-line.ts";
import { replayed } from "../test/simulator/command/replay.ts";
import { type Running, simulate } from "../test/simulator/command/simulate.ts";
import { catalogue } from "../test/simulator/planted/catalogue.ts";
import { findPlanted, plantedTable, progressLine } from "../test/simulator/planted/find-planted.ts";
import { keptHistories } from "../test/simulator/planted/histories.ts";
import { createPool } from "../test/simulator/pool/pool.ts";
import { jsonReporter } from "../test/simulator/report/json-reporter.ts";
import { textReporter } from "../test/simulator/report/text-reporter.ts";
import type { Scenario } from "../test/simulator/scenario.ts";
import { scenarioOfSeed } from "../test/simulator/scenario-of-seed.ts";
import { untilInterrupted } from "./until-interrupted.ts";

const PLANTED = new URL("../test/simulator/planted/register.ts", import.meta.url).href;

type Asked = Exclude<SimulateCommand, { kind: "help" | "wrong" }>;

process.exitCode = await runCommand<Asked>({
  help: HELP,
  read: (args) =>
    readSimulateCommand(args, {
      cores: availableParallelism(),
      plants: catalogue.map(({ name }) => name),
      freshSeed: () => randomInt(1, 2 ** 31),
    }),
  run: start,
});

async function start(command: Asked): Promise<number> {
  if (command.kind === "planted") return lookForPlanted(command);
  if (command.kind !== "replay") return run(command);
  const found = replayed(command.file, (path) => readFileSync(path, "utf8"));
  return "problems" in found ? refuse(found.problems) : run(command, found.scenario);
}

async function run(command: Running, scenario?: Scenario): Promise<number> {
  const signal = untilInterrupted();
  const { workers, plant } = command;
  const write = (text: string) => void process.stdout.write(text);
  const { isTTY, columns } = process.stdout;
  const of = command.kind === "seeds" && Number.isFinite(command.runs) ? command.runs : undefined;
  const reporter = command.json
    ? jsonReporter({ write, now: Date.now })
    : textReporter(createTerminal(process.stdout), { write, isTerminal: Boolean(isTTY), columns, now: Date.now, of });
  const pool = createPool({
    workers,
    ...(plant !== undefined && { imports: [PLANTED], env: { INTERMISSION_PLANT: plant } }),
  });
  try {
    return await simulate(command, {
      ...{ pool, reporter, scenarioOfSeed, signal, now: Date.now },
      replayed: scenario,
      keep: keeper(command.failures),
    });
  } finally {
    pool.close();
  }
}

/** Every bug must be found, by a seed or at least in the history that is kept for it. */
async function lookForPlanted({
  names,
  bound,
  workers: jobs,
}: Extract<SimulateCommand, { kind: "planted" }>): Promise<number> {
  const write = (line: string) => void process.stdout.write(`${line}\n`);
  const searched = await findPlanted({
    names,
    bound,
    jobs,
    kept: keptHistories(),
    onSearched: (each) => write(progressLine(each)),
  });
  write(`\n${plantedTable(searched)}`);
  return searched.every(({ found }) => found) ? 0 : 1;
}

function refuse(problems: string[]): number {
  process.stderr.write(`${problems.join("\n")}\n`);
  return 2;
}

/** Writes histories to a directory, which is made when there is one to keep. */
function keeper(given: string | undefined): (name: string, scenario: Scenario) => string {
  let directory: string | undefined;
  return (name, scenario) => {
    if (directory === undefined && given !== undefined) mkdirSync(given, { recursive: true });
    directory ??= given ?? mkdtempSync(join(tmpdir(), "intermission-failures-"));
    const path = join(directory, `${name}.json`);
    writeFileSync(path, `${JSON.stringify(scenario, undefined, 2)}\n`);
    return path;
  };
}
