import type { Pool } from "../pool/pool.ts";
import { UNANSWERED } from "../pool/work.ts";
import { createCoverage } from "../report/coverage.ts";
import { type Failure, fileNameOf, grouped } from "../report/failures.ts";
import type { Reporter } from "../report/reporter.ts";
import { counted, hasFailed, type Tally } from "../report/tally.ts";
import type { Result } from "../result.ts";
import type { Scenario } from "../scenario.ts";
import type { Restriction } from "../scenario-of-seed.ts";
import { shrink } from "../shrink/shrink.ts";
import type { SimulateCommand } from "./command-line.ts";
import { type Item, itemsOfSeeds } from "./item.ts";
import { planFaults } from "./plan-faults.ts";
import { runAll } from "./run-all.ts";

export type Surroundings = {
  pool: Pool;
  reporter: Reporter;
  scenarioOfSeed(seed: number, restriction: Restriction): Scenario;
  /** The history that `--replay` names. */
  replayed?: Scenario;
  /** Keeps a history. Answers the file's path. */
  keep(name: string, scenario: Scenario): string;
  signal: AbortSignal;
  now(): number;
};
export type Running = Exclude<SimulateCommand, { kind: "help" | "wrong" | "planted" }>;

export const INTERRUPTED = 130;
/** Where no worker has answered after so many histories none will. */
const HOPELESS = 5;
const isUnanswered = ({ result }: Failure): boolean => result.status === UNANSWERED;
/** Groups of failures of which a smaller one is looked for, and runs that each may take. */
const SHRUNK = { groups: 5, budget: 200 };

/** Runs what the command asks for and reports it. Answers the exit code. */
export async function simulate(command: Running, surroundings: Surroundings): Promise<number> {
  const { pool, reporter, keep, signal, now } = surroundings;
  const began = now();
  const coverage = createCoverage();
  const failures: Failure[] = [];
  let isUnproven = false;
  let tally: Tally = { runs: 0, violations: 0, hangs: 0 };
  const npm = (args: string) =>
    `npm run simulate -- ${args}${command.plant === undefined ? "" : ` --plant ${command.plant}`}`;

  const take = (item: Item, result: Result) => {
    tally = counted(tally, result);
    coverage.add(result);
    reporter.ran(item.label, result);
    if (hasFailed(result)) {
      const file = keep(fileNameOf(item.label), item.scenario);
      const failure = { item, result };
      failures.push(failure);
      reporter.failed(failure, npm(item.args ?? `--replay ${file}`));
    }
    reporter.progress(tally);
  };
  const isHopeless = () => tally.runs >= HOPELESS && failures.length === tally.runs && failures.every(isUnanswered);
  const isOver = () => isHopeless() || (command.forMs !== undefined && now() - began >= command.forMs);
  const run = async (items: Iterable<Item>, on: (item: Item, result: Result) => void = take) => {
    const underWay: Item[] = [];
    const scenarios = function* () {
      for (const item of items) {
        underWay.push(item);
        yield item.scenario;
      }
    };
    await runAll(scenarios(), {
      run: pool.run,
      width: pool.workers,
      signal,
      enough: isOver,
      on: (result, index) => on(underWay[index]!, result),
    });
  };

  switch (command.kind) {
    case "seeds":
      await run(itemsOfSeeds(command, surroundings.scenarioOfSeed), (item, result) => {
        take(item, result);
        if (command.runs === 1) reporter.told(result);
      });
      break;
    case "replay":
      await run(
        [{ label: command.file, scenario: surroundings.replayed!, args: `--replay ${command.file}` }],
        (item, result) => {
          take(item, result);
          reporter.told(result);
        },
      );
      break;
    case "singles":
    case "pairs": {
      const { elsewhere, missed } = await planFaults(command, { run, take, reporter });
      isUnproven = elsewhere.length + missed.length > 0;
    }
  }
  const ms = now() - began;
  if (isHopeless()) reporter.say("It gives up, for no worker process has answered. What they said last is above.");

  if (command.shrink)
    for (const [first, ...others] of grouped(failures).slice(0, SHRUNK.groups)) {
      if (signal.aborted || !first) break;
      // To see again that nothing comes takes as long as it took the first time.
      if (isUnanswered(first)) continue;
      const shrunk = await shrink(first.result, {
        ...{ run: pool.run, width: pool.workers, budget: SHRUNK.budget, signal },
      });
      if (signal.aborted) break;
      const file = keep(`${fileNameOf(first.item.label)}-smallest`, shrunk.result.scenario);
      reporter.shrunk(shrunk, { label: first.item.label, others: others.length, replay: npm(`--replay ${file}`) });
    }
  reporter.end({ tally, ms, coverage: coverage.report(), interrupted: signal.aborted });
  if (tally.violations > 0 || tally.hangs > 0 || isUnproven) return 1;
  return signal.aborted ? INTERRUPTED : 0;
}
