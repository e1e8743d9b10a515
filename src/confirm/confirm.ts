import { timestamp } from "../clock.ts";
import { Refusal } from "../command-line/run-command.ts";
import { InitError } from "../init/init-problem.ts";
import { newOperationId } from "../operations/operation-id.ts";
import { placeOf } from "../procedures/resources-of.ts";
import { ConfigurationError, parseConfiguration } from "../targets/configuration.ts";
import { type ChangeJournal, changeJournal, type NotPutBack } from "./change-journal.ts";
import type { ConfirmCommand } from "./command-line.ts";
import type { ConfirmWorld } from "./confirm-world.ts";
import { type Admitted, guard } from "./guard.ts";
import { holdLock } from "./hold-lock.ts";
import { type Lab, type Measurement, notMeasured, type Outcome } from "./measurement.ts";
import { measurements } from "./measurements.ts";
import { listAsText, notPutBackAsText, type Result, refusalAsText, resultAsText, resultsAsJson } from "./report.ts";
import { settled } from "./stop-lab.ts";

/** 0: all as assumed. 1: something differs or was not measured. 2: refused. 3: something is not as it was before. */
export type ConfirmExit = 0 | 1 | 2 | 3;
type Command = Extract<ConfirmCommand, { kind: "measure" }>;

/** Carries out what the command line asks for. */
export async function confirm(world: ConfirmWorld, command: ConfirmCommand): Promise<ConfirmExit> {
  try {
    switch (command.kind) {
      case "list":
        world.print(listAsText(measurements));
        return 0;
      case "put-back":
        return await putBack(world, command.journal);
      case "measure":
        return await measure(world, command);
    }
  } catch (error) {
    if (error instanceof InitError) world.print(refusalAsText(error.problems));
    else if (error instanceof ConfigurationError) world.print(error.message);
    else throw error;
    return 2;
  }
}

async function putBack(world: ConfirmWorld, path: string): Promise<ConfirmExit> {
  if (world.readFile(path) === undefined)
    throw new InitError([
      {
        about: "--put-back",
        expected: "the journal of a run",
        found: `no file ${path}`,
        next: "Nothing is left of a run whose journal is gone",
      },
    ]);
  const failed = await changeJournal(world.lineFile(path)).putBack(world);
  world.print(failed.length ? notPutBackAsText(failed, path) : "Everything is as it was before.");
  return failed.length ? 3 : 0;
}

async function measure(world: ConfirmWorld, command: Command): Promise<ConfirmExit> {
  const { file, target: name, table, only, dryRun } = command;
  const text = world.readFile(file);
  if (text === undefined)
    throw new InitError([
      {
        about: "--file",
        expected: "an intermission.yml",
        found: `no file ${file}`,
        next: "Write it with npm run init",
      },
    ]);
  const admitted = await guard(world, { configuration: parseConfiguration(text, file), name, table });
  const left = world.leftJournals();
  if (left.length && !dryRun)
    throw new InitError([
      {
        about: "an earlier run",
        expected: "everything as it was before",
        found: `${left.join(", ")}, of a run that was killed`,
        next: `Put it back first: npm run confirm -- --put-back ${left[0]}`,
      },
    ]);
  const chosen = measurements.filter((each) => (only.length ? only.includes(each.name) : !each.onlyWhenNamed));
  for (const note of admitted.notes) world.print(note);
  if (dryRun) {
    world.print(`${listAsText(chosen)}\n\nNothing was changed. To measure: --yes-disturb ${name}`);
    return 0;
  }

  const run = newOperationId(world.clock, world.ids);
  const path = command.journal ?? `confirm-${run}.jsonl`;
  const journal = changeJournal(world.lineFile(path));
  world.print(
    `Changes are written to ${path} before they are made. After a kill: npm run confirm -- --put-back ${path}`,
  );
  const lab: Lab = { ...world, ...admitted, make: journal.make, run, rounds: command.rounds, say: world.print };
  const results: Result[] = [];
  let failed: NotPutBack[] = [];
  try {
    const holder = await lock(world, { command, admitted, run, journal });
    if (holder !== undefined)
      throw new InitError([
        {
          about: "the lock",
          expected: "no active operation",
          found: holder,
          next: "Wait until it has ended, or end it",
        },
      ]);
    for (const measurement of chosen) {
      if (world.signal.aborted || failed.length) break;
      const startedAt = timestamp(world.clock);
      world.print(`${measurement.name}: ${measurement.does}`);
      const outcome = await outcomeOf(measurement, lab);
      failed = await journal.putBack(world, { except: "lock" });
      results.push({ measurement, startedAt, outcome });
      world.print(resultAsText(results.at(-1)!));
    }
  } finally {
    failed = await journal.putBack(world);
  }
  const about = { target: name, run, ...placeOf(admitted.survey.services) };
  const unwritten = command.json && keep(world, command.json, resultsAsJson(results, about));
  if (unwritten) world.print(unwritten);
  if (failed.length) world.print(notPutBackAsText(failed, path));
  else
    world.print(
      world.signal.aborted ? "Interrupted. Everything is as it was before." : "Everything is as it was before.",
    );
  if (failed.length) return 3;
  return !unwritten &&
    results.length === chosen.length &&
    results.every(({ outcome }) => outcome.verdict === "as-assumed")
    ? 0
    : 1;
}

/** What kept the results from being written: they are printed already, and what could not be put back matters more. */
function keep(world: ConfirmWorld, path: string, results: unknown): string | undefined {
  try {
    world.writeFile(path, `${JSON.stringify(results, null, 2)}\n`);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return `--json: ${error.message}`;
    throw error;
  }
}

/** Who holds the lock, where it could not be taken because of that. */
async function lock(
  world: ConfirmWorld,
  { command, admitted, run, journal }: { command: Command; admitted: Admitted; run: string; journal: ChangeJournal },
): Promise<string | undefined> {
  const { table } = command;
  if (table === undefined || admitted.notes.length) return undefined;
  const { target, callerArn } = admitted;
  return holdLock({ store: world.storeOf(table), table, target, run, callerArn, make: journal.make });
}

/** What goes wrong in one measurement is its own: the others are still made. */
async function outcomeOf(measurement: Measurement, lab: Lab): Promise<Outcome> {
  try {
    if (measurement.needsNodes && !(await settled(lab)))
      return notMeasured("not every node that is wanted runs and is healthy");
    return await measurement.run(lab);
  } catch (error) {
    if (lab.signal.aborted) return notMeasured("interrupted");
    return notMeasured(`${(error as Error).name}: ${(error as Error).message}`);
  }
}
