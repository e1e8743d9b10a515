import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { Aws } from "../../src/aws/aws.ts";
import { Refusal } from "../../src/command-line/run-command.ts";
import type { Change } from "../../src/confirm/change.ts";
import { changeJournal } from "../../src/confirm/change-journal.ts";
import { defaultInputs, inOrder, legsOf, needsOf, parseWorkflow } from "../../src/demo/workflow/workflow-file.ts";
import { replayed } from "../simulator/command/replay.ts";
import { scenarioOfSeed } from "../simulator/scenario-of-seed.ts";
import { json, mutated, mutationOf, nearly, text } from "./anything.ts";
import { runs, timeout } from "./search.ts";

const anyText = fc.oneof(
  text,
  json.map((each) => JSON.stringify(each)),
);

/** What was read, or undefined where it was refused in sentences; what a broken program says is none. */
function readOrRefused<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(TypeError);
    expect(error).not.toBeInstanceOf(RangeError);
    const { message } = error as Error;
    expect(message.replace(/"(?:[^"\\]|\\.)*"/g, "…")).not.toMatch(
      /undefined is not|of undefined|of null|(expected|found) \[object/,
    );
    return undefined;
  }
}

const changes: Change[] = [
  { kind: "deregistration-delay", targetGroupArn: "arn:t", seconds: 120 },
  { kind: "desired-count", cluster: "c", service: "web", count: 3 },
  { kind: "snapshot", of: "instance", identifier: "s" },
  { kind: "target", targetGroupArn: "arn:t", id: "10.0.0.1", port: 80 },
];
const journal = [...changes.map((change, index) => ({ number: index + 1, change })), { undone: 2 }];

/** Every call of AWS fails, so that nothing is ever put back. */
const unreachable = {
  aws: new Proxy(
    {},
    { get: () => new Proxy({}, { get: () => async () => Promise.reject(new Error("no network")) }) },
  ) as Aws,
  clock: { now: () => 0, sleep: async () => {} },
  storeOf: () => {
    throw new Error("no table");
  },
};

async function putBack(content: string) {
  let file: string | undefined = content;
  const made = readOrRefused(() =>
    changeJournal({ read: () => file, append: (line) => (file += `${line}\n`), remove: () => (file = undefined) }),
  );
  return { failed: await made?.putBack(unreachable), file };
}

describe("whatever is in the file that `npm run confirm -- --put-back` is given", () => {
  it("is a journal, or refused and left as it is", { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (content) => {
        const { failed, file } = await putBack(content);
        expect(failed ?? []).toEqual([]);
        // Only a file that holds nothing, or the beginning of a first line, is done with.
        if (file === undefined) expect('{"number":').toContain(content.trim().slice(0, 10));
      }),
      runs(150),
    );
  });

  it("never loses a change of which the end is not written down", { timeout }, async () => {
    const lines = fc.nat(journal.length - 1).chain((at) =>
      fc.oneof(
        mutationOf(journal[at]).map((mutation) =>
          journal.with(at, mutated(journal[at], mutation) as (typeof journal)[number]),
        ),
        fc.constant(journal.toSpliced(at, 0, journal[at]!)),
        fc.integer({ min: 1, max: 4 }).map((number) => journal.with(at, { number, change: changes[at % 4]! })),
        fc.constant(journal.toSpliced(at, 2, journal[at + 1] ?? journal[at]!, journal[at]!)),
      ),
    );
    await fc.assert(
      fc.asyncProperty(lines, async (written) => {
        const { failed, file } = await putBack(`${written.map((line) => JSON.stringify(line)).join("\n")}\n`);
        expect(file).toBeDefined();
        if (!failed) return;
        const kept = failed.map(({ change }) => change.kind).sort();
        const made = new Set(written.flatMap((line) => ("change" in line ? [line.change.kind] : [])));
        // One end is written down, of one change.
        expect(kept.length).toBeGreaterThanOrEqual(made.size - 1);
      }),
      runs(150),
    );
  });

  it("is put back from where a crash cut it off, and goes on in a line of its own", { timeout }, async () => {
    const whole = journal.map((line) => JSON.stringify(line)).join("\n");
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: whole.length }), async (length) => {
        let file: string | undefined = whole.slice(0, length);
        const open = () =>
          changeJournal({
            read: () => file,
            append: (line) => (file = `${file ?? ""}${line}\n`),
            remove: () => (file = undefined),
          });
        const before = (await open().putBack(unreachable)).length;
        const cut = file;
        await open().make(changes[0]!, async () => {});
        expect((await open().putBack(unreachable)).length, `${cut}\n\n${file}`).toBe(before + 1);
      }),
      runs(60),
    );
  });
});

describe("whatever is in the file that `npm run workflow` is given", () => {
  const workflow = {
    name: "Upgrade",
    on: { workflow_dispatch: { inputs: { version: { default: "1.0.0" }, where: { options: ["a", "b"] } } } },
    env: { A: "b" },
    jobs: {
      plan: {
        outputs: { digest: "x" },
        steps: [
          { uses: "./", with: { target: "crm" } },
          { run: "true", if: "always()" },
        ],
      },
      upgrade: {
        needs: ["plan"],
        environment: { name: "production" },
        strategy: { matrix: { os: ["a"] } },
        steps: [{ run: "true" }],
      },
    },
  };

  it("is a workflow that can be run, or is refused in sentences", { timeout }, () => {
    const file = fc.oneof(
      anyText,
      nearly(workflow).map((each) => stringify(each)),
      nearly(workflow).map((each) => JSON.stringify(each) ?? ""),
    );
    fc.assert(
      fc.property(file, (content) => {
        const read = readOrRefused(() => parseWorkflow(content));
        if (!read) return;
        for (const value of Object.values(defaultInputs(read))) expect(typeof value).toBe("string");
        for (const [, job] of inOrder(read)) {
          expect(legsOf(job).length + needsOf(job).length).toBeGreaterThanOrEqual(0);
          for (const step of job.steps) expect("run" in step ? step.run : step.uses).not.toBe("");
        }
      }),
      runs(200),
    );
  });
});

describe("whatever is in the file that `npm run simulate -- --replay` is given", () => {
  it("is a history, or everything that makes it none", { timeout }, () => {
    const scenario: unknown = JSON.parse(JSON.stringify(scenarioOfSeed(4_711)));
    const file = fc.oneof(
      anyText,
      nearly(scenario).map((each) => JSON.stringify(each) ?? ""),
    );
    fc.assert(
      fc.property(file, (content) => {
        const read = replayed("seed.json", () => content);
        for (const problem of "problems" in read ? read.problems : []) expect(problem).toMatch(/: expected .*found /s);
      }),
      runs(100),
    );
  });
});

it("is refused where a file cannot be read at all", async () => {
  const { readFile, writeFile } = await import("../../src/command-line/files.ts");
  expect(() => readFile(import.meta.dirname)).toThrow(Refusal);
  expect(() => writeFile(import.meta.dirname, "")).toThrow(/^expected a file that can be written, found ".*EISDIR/);
  expect(readFile(`${import.meta.dirname}/none`)).toBeUndefined();
});
