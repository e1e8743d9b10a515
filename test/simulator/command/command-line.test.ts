import { expect, test } from "vitest";
import { HELP, readSimulateCommand } from "./command-line.ts";

const read = (...args: string[]) =>
  readSimulateCommand(args, { cores: 2, plants: ["no-undo", "two-leaders"], freshSeed: () => 77 });
const common = { workers: 2, shrink: true, json: false };

test("runs a hundred fresh seeds, one seed that is named, or as many as are asked for", () => {
  expect(read()).toEqual({ kind: "seeds", ...common, restriction: {}, seed: 77, runs: 100 });
  expect(read("--seed", "4711")).toMatchObject({ seed: 4711, runs: 1 });
  expect(read("--seed", "0", "--runs=20", "--procedure", "rollback", "--workers", "8")).toMatchObject({
    ...{ seed: 0, runs: 20, workers: 8 },
    restriction: { procedure: "rollback" },
  });
  expect(read("--for", "10m")).toMatchObject({ seed: 77, runs: Number.POSITIVE_INFINITY, forMs: 600_000 });
  expect(read("--for", "1h", "--runs", "5")).toMatchObject({ runs: 5, forMs: 3_600_000 });
});

test("replays a file, and tries faults one by one and in pairs", () => {
  expect(read("--replay", "seed-1.json", "--plant", "no-undo", "--no-shrink", "--json", "--failures", "out")).toEqual({
    ...{ kind: "replay", file: "seed-1.json", plant: "no-undo", failures: "out" },
    ...{ workers: 2, shrink: false, json: true },
  });
  expect(read("--singles", "--procedure", "upgrade")).toMatchObject({
    kind: "singles",
    restriction: { procedure: "upgrade" },
  });
  expect(read("--pairs", "--sample", "50", "--seed", "3")).toMatchObject({ kind: "pairs", sample: 50, seed: 3 });
});

test("says everything that is wrong with a command at once, and what was most likely meant", () => {
  expect(read("--sed", "4", "--runs", "no", "--procedure", "upgrad", "--for", "10", "extra", "--json=yes")).toEqual({
    kind: "wrong",
    problems: [
      "--sed: no such option; did you mean --seed?",
      'expected options alone, found "extra"',
      '--json: expected nothing behind it, found "yes"',
      '--runs: expected a whole number from 1 to 2147483647, found "no"',
      '--for: expected a whole number with a unit, such as 90s, 10m or 2h, of 720h at most, found "10"',
      '--procedure: expected one of first-start, upgrade, maintenance, rollback, found "upgrad"; did you mean upgrade?',
    ],
  });
  expect(read("--plant", "no-udno")).toMatchObject({
    problems: ['--plant: expected one of no-undo, two-leaders, found "no-udno"; did you mean no-undo?'],
  });
  expect(read("--seed", "--workers", "0")).toEqual({
    kind: "wrong",
    problems: [
      '--seed: expected a value, found "--workers"',
      '--workers: expected a whole number from 1 to 256, found "0"',
    ],
  });
});

test("refuses what would not be heeded", () => {
  expect(read("--replay", "x.json", "--seed", "1", "--singles")).toEqual({
    kind: "wrong",
    problems: [
      "--seed: expected nothing of the kind with --replay",
      "--singles: expected nothing of the kind with --replay",
    ],
  });
  expect(read("--sample", "3")).toMatchObject({ problems: [expect.stringContaining("without --singles or --pairs")] });
  expect(read("--singles", "--pairs")).toMatchObject({ problems: [expect.stringContaining("--pairs")] });
});

test("looks for every planted bug, or for those that are named", () => {
  expect(read("--planted")).toEqual({ kind: "planted", bound: 60, workers: 2 });
  expect(read("--planted", "no-undo", "--runs", "5")).toMatchObject({ names: ["no-undo"], bound: 5 });
  expect(read("--planted", "no-undoo", "--seed", "1")).toEqual({
    kind: "wrong",
    problems: [
      "--seed: expected nothing of the kind with --planted",
      '--planted: expected one of no-undo, two-leaders, found "no-undoo"; did you mean no-undo?',
    ],
  });
});

test("has a help that names every option", () => {
  expect(read("--help", "--nonsense")).toEqual({ kind: "help" });
  for (const name of [
    "seed",
    "runs",
    "for",
    "procedure",
    "replay",
    "singles",
    "pairs",
    "sample",
    "workers",
    "failures",
  ])
    expect(HELP).toContain(`--${name} `);
  for (const name of ["no-shrink", "plant", "planted", "json", "help"]) expect(HELP).toContain(`--${name} `);
});
