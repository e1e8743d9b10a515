import { expect, test } from "vitest";
import { duration, matching, oneOf, wholeNumber } from "../../src/command-line/meanings.ts";
import { readOptions } from "../../src/command-line/read-options.ts";

const options = {
  file: { type: "string", default: "intermission.yml", what: "a file" },
  rounds: { type: "string", default: 5, as: wholeNumber({ least: 1, most: 99 }) },
  only: { type: "string", multiple: true, as: oneOf(["stop-task", "rename"]) },
  for: { type: "string", as: duration },
  id: { type: "string", as: matching(/^op-/, "an id") },
  verbose: { type: "boolean", short: "v" },
} as const;
const read = (...args: string[]) => readOptions(args, { options });
const problems = (...args: string[]) => read(...args).problems;

test("answers what was given, as what it means, and defaults for the rest", () => {
  expect(read()).toEqual({
    values: {
      file: "intermission.yml",
      rounds: 5,
      only: [],
      for: undefined,
      id: undefined,
      verbose: false,
      help: false,
    },
    given: new Set(),
    ...{ positionals: [], passedOn: [], problems: [] },
  });
  const { values, given } = read(
    "--file=-x",
    "--rounds",
    "07",
    "--only",
    "rename",
    "--only=stop-task",
    "--for",
    "2m",
    "-vh",
  );
  expect(values).toEqual({
    ...{ file: "-x", rounds: 7, only: ["rename", "stop-task"], for: 120_000, id: undefined },
    ...{ verbose: true, help: true },
  });
  expect(given).toEqual(new Set(["file", "rounds", "only", "for", "verbose", "help"]));
});

test("says everything that is wrong at once, and what was most likely meant", () => {
  expect(
    problems(
      "--fil",
      "x",
      "stray",
      "--verbose=yes",
      "--rounds",
      "0",
      "--only",
      "renam",
      "--only",
      "all",
      "--for",
      "10",
      "--id=5",
    ),
  ).toEqual([
    "--fil: no such option; did you mean --file?",
    'expected options alone, found "stray"',
    '--verbose: expected nothing behind it, found "yes"',
    '--rounds: expected a whole number from 1 to 99, found "0"',
    '--only: expected one of stop-task, rename, found "renam"; did you mean rename?',
    '--only: expected one of stop-task, rename, found "all"',
    '--for: expected a whole number with a unit, such as 90s, 10m or 2h, of 720h at most, found "10"',
    '--id: expected an id, found "5"',
  ]);
});

test("refuses an option without its value, and reads the next one all the same", () => {
  expect(read("--file", "--rounds", "3", "--id", "--help", "--only")).toMatchObject({
    values: { rounds: 3 },
    problems: [
      '--file: expected a file, found "--rounds"',
      '--id: expected a value, found "--help"',
      "--only: expected a value, found nothing",
    ],
  });
  expect(problems("--file", "")).toEqual(["--file: expected a file, found nothing"]);
  expect(problems("--id=")).toEqual(["--id: expected a value, found nothing"]);
  expect(problems("--rounds", "-5")).toEqual(['--rounds: expected a whole number from 1 to 99, found "-5"']);
});

test("refuses to choose between two values of what there is one of", () => {
  expect(problems("--file", "a", "--file=b")).toEqual(['--file: expected it once, found "a" and "b"']);
  expect(problems("--verbose", "-v")).toEqual([]);
});

test("takes an unknown option for one word, whatever begins it, and never for one that every object has", () => {
  expect(problems("-file", "x", "--__proto__=1", "--toString", "--verb", "-x")).toEqual([
    "-file: no such option; did you mean --file?",
    "--__proto__: no such option. --help lists them",
    "--toString: no such option. --help lists them",
    "--verb: no such option; did you mean --verbose?",
    "-x: no such option. --help lists them",
  ]);
  expect(problems(`--${"\n".repeat(200)}`)[0]!.length).toBeLessThan(250);
});

test("takes words where there may be some, and leaves what is passed on as it is", () => {
  const shape = { options, positionals: "a procedure", passesOnTo: "the CDK" };
  expect(readOptions(["upgrade", "-v", "--", "--nonsense", "", "-h"], shape)).toMatchObject({
    ...{ positionals: ["upgrade"], passedOn: ["--nonsense", "", "-h"], problems: [] },
    values: { verbose: true, help: false },
  });
  expect(readOptions([""], shape).problems).toEqual([
    "expected a procedure, found nothing; what is meant for the CDK comes behind another --",
  ]);
  expect(read("--", "--file").problems).toEqual(['expected options alone, found "--file"']);
});
