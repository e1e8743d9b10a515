import { mkdtempSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSimulateCommand } from "../command/command-line.ts";
import { type Running, simulate } from "../command/simulate.ts";
import { recordedReporter } from "../fakes/recorded-reporter.ts";
import { createPool } from "../pool/pool.ts";
import { createProgress } from "../report/progress.ts";
import { inOneLine } from "../report/tally.ts";

/** Some minutes on two cores that have nothing else to do; the rest of the tests run at the same time, and go first. */
const timeout = 45 * 60_000;
/** What the bases call and what is tried of it: fewer faults than these are a reason to look. */
const FAULTS_AT_LEAST = 12_000;
const cores = availableParallelism();
/** All of them take some ten minutes of processor time. Where two cores have the whole of the tests to do, they try some of the histories, drawn evenly. */
const triesAll = cores >= 4 || process.env.EVERY_SINGLE_FAULT === "1";
const SOME = ["--sample", "45", "--seed", "1"];
const FAULTS_OF_SOME_AT_LEAST = 250;

/** What `npm run simulate -- --singles` does, on every core, with what it finds. */
async function everySingleFault() {
  const options = ["--singles", "--no-shrink", ...(triesAll ? [] : SOME)];
  const command = readSimulateCommand(options, { cores, plants: [], freshSeed: () => 1 });
  const { reporter, of } = recordedReporter();
  const write = (text: string) => void process.stdout.write(`single faults: ${text}`);
  const progress = createProgress({ write, isTerminal: false, now: Date.now, of: undefined });
  const pool = createPool({ workers: cores, givesWay: true });
  let kept: string | undefined;
  try {
    const code = await simulate(command as Running, {
      pool,
      reporter: {
        ...reporter,
        progress: progress.is,
        end(report) {
          reporter.end(report);
          write(`${inOneLine(report.tally, report.ms)}\n`);
        },
      },
      scenarioOfSeed() {
        throw new Error("no seed is asked for");
      },
      keep(name, scenario) {
        kept ??= mkdtempSync(join(tmpdir(), "intermission-failures-"));
        const path = join(kept, `${name}.json`);
        writeFileSync(path, JSON.stringify(scenario));
        return path;
      },
      signal: new AbortController().signal,
      now: Date.now,
    });
    return { code, of };
  } finally {
    pool.close();
  }
}

test("whatever single fault is on whichever call of whichever procedure, nothing is lost, everything comes to an end, and what asking again gets past ends as without it", {
  timeout,
}, async () => {
  const { code, of } = await everySingleFault();
  const said = of("say");
  const failures = of("failed").map(({ label, result, replay }) => {
    const { violations, hangs } = result as { violations: { message: string }[]; hangs: string[] };
    return { label, replay, wrong: [...violations.map(({ message }) => message), ...hangs] };
  });
  const elsewhere = said.flatMap((each) => (each.elsewhere as object[] | undefined) ?? []);
  const last = said.findLast(({ singles }) => singles !== undefined);
  expect({ failures, elsewhere }).toEqual({ failures: [], elsewhere: [] });
  // Of those that are drawn none is tried again that did not hit beside others.
  if (triesAll) expect(last?.missed).toEqual([]);
  expect(last?.singles).toBeGreaterThan(triesAll ? FAULTS_AT_LEAST : FAULTS_OF_SOME_AT_LEAST);
  expect(of("end")).toMatchObject([{ tally: { violations: 0, hangs: 0 } }]);
  expect(code).toBe(0);
});
