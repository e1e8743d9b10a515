import fc from "fast-check";
import { describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { text } from "./anything.ts";
import { type Asked, type CommandLine, commandLines } from "./command-lines.ts";
import { runs, timeout } from "./search.ts";

const optionsIn = (help: string): string[] => [...new Set(help.match(/(?<![\w-])--[a-z][a-z-]*/g) ?? [])];

/** A line that is right with one word gone, doubled, changed, swapped, cut, joined to the next, or added. */
const nearly = (words: string[]): fc.Arbitrary<string[]> =>
  fc
    .tuple(
      fc.nat(words.length - 1),
      fc.oneof(
        text.map((by) => (at: number) => words.toSpliced(at, 1, by)),
        text.map((by) => (at: number) => words.toSpliced(at, 0, by)),
        fc.nat(30).map((cut) => (at: number) => words.toSpliced(at, 1, without(words[at]!, cut))),
        fc.constantFrom<(at: number) => string[]>(
          (at) => words.toSpliced(at, 1),
          (at) => words.toSpliced(at, 0, words[at]!),
          (at) => words.toSpliced(at, 2, words[at + 1] ?? "", words[at]!),
          (at) => words.toSpliced(at, 2, `${words[at]}=${words[at + 1] ?? ""}`),
          (at) => words.toSpliced(at, 1, words[at]!.replace(/^-/, "")),
          (at) => words.toSpliced(at, 1, words[at]!.toUpperCase()),
          (at) => words.slice(0, at),
          (at) => words.toSpliced(at, 0, "--"),
        ),
      ),
    )
    .map(([at, change]) => change(at));
const without = (word: string, cut: number) => word.slice(0, cut % word.length) + word.slice((cut % word.length) + 1);

const leaves = (value: unknown): unknown[] =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, each]) => [key, ...leaves(each)])
    : [value];

function judge(asked: Asked, args: string[]) {
  if (asked.kind === "help") return;
  if (asked.kind === "wrong") {
    expect(asked.problems).not.toEqual([]);
    for (const problem of asked.problems!) {
      expect(problem).toMatch(/^((--?[\w-]+|".*"): )?(expected [^,]|no such option)/);
      // What stood there is quoted, whatever it was.
      const words = problem.replace(/"(?:[^"\\]|\\.)*"/g, "…");
      expect(words).not.toMatch(/undefined|\[object|NaN|null|\n|\bat \S+ \(|Error/);
      expect(problem.length).toBeLessThan(1_500);
    }
    return;
  }
  const read = leaves(asked);
  for (const leaf of read) {
    expect(leaf).not.toBeUndefined();
    expect(leaf).not.toBeNaN();
  }
  // Whatever was said is heeded: nothing that is no option, nor a number, is left out of the command.
  const said = JSON.stringify(read);
  for (const word of args.map((each) => (/^--[\w-]+=/.test(each) ? each.slice(each.indexOf("=") + 1) : each)))
    if (!/^-|^\d+[smh]?$|^(staging|.*=.*)$/s.test(word)) expect(said).toContain(JSON.stringify(word).slice(1, -1));
}

describe("whatever is on a command line", () => {
  it.each(Object.entries(commandLines))(
    "is a command of %s, or says all that is wrong",
    { timeout },
    (_name, { read, help, valid }) => {
      const word = fc.oneof(fc.constantFrom(...optionsIn(help), ...valid.join(" ").split(" "), "--", "-", "-h"), text);
      const line = fc.oneof(
        fc.array(word, { maxLength: 6 }),
        fc.constantFrom(...valid).chain((each) => nearly(each.split(" "))),
      );
      fc.assert(
        fc.property(line, (args) => judge(read(args), args)),
        runs(150),
      );
    },
  );

  it.each(Object.entries(commandLines))(
    "is explained by the help of %s, option by option",
    (_name, { read, help, valid }) => {
      for (const line of valid) expect(read(line.split(" ")), line).not.toHaveProperty("problems");
      for (const option of ["--help", "-h"]) expect(read(["--nonsense", option])).toEqual({ kind: "help" });
      const shown = new Set(optionsIn(help));
      for (const option of optionsIn(valid.join(" ").split(" -- ")[0]!)) expect(shown, option).toContain(option);
      const unknown = [...shown].flatMap((option) =>
        (read([option, "x"]).problems ?? []).filter((each) => each.startsWith(`${option}: no such`)),
      );
      // What npm and the CDK are told.
      expect(unknown.filter((each) => !/^--(silent|require-approval):/.test(each))).toEqual([]);
    },
  );
});

it("knows every command that takes options", () => {
  const commands = Object.entries(manifest.scripts).filter(([, line]) =>
    /^node (scripts|src)\/[\w/-]+\.ts$/.test(line),
  );
  expect(commands.map(([name]) => name).sort()).toEqual(Object.keys(commandLines).sort());
});

it("is never read for what every object has", () => {
  const odd = ["--__proto__", "--constructor=x", "--toString", "__proto__"];
  for (const { read } of Object.values<CommandLine>(commandLines))
    expect(read(odd).problems).toEqual(expect.arrayContaining(["--toString: no such option. --help lists them"]));
});
