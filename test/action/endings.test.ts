import { expect, test } from "vitest";
import { outputsOf } from "../../src/action/outputs.ts";
import { judge, type Verdict } from "../../src/action/verdict.ts";
import { type Ended, endings } from "../operations/endings.ts";

const verdictOf = ({ state }: Ended): Verdict =>
  judge(
    state.status === "waiting"
      ? { kind: "timed-out", operation: state, timeoutMs: 600_000 }
      : { kind: "over", operation: state },
    `https://intermission.example.com/v1/operations/${state.id}`,
  );

test("the truth is told of every procedure and every ending", async () => {
  const told = Object.entries(endings).map(([name, ended]) => {
    const { ok, title, message, next } = verdictOf(ended);
    return [`# ${name}`, `${ok ? "ok" : "NOT OK"}: ${title}`, message, ...next.map((line) => `- ${line}`)].join("\n");
  });
  await expect(`${told.join("\n\n")}\n`).toMatchFileSnapshot("golden/endings.txt");
});

test("only what did what was asked for is a success: going back is none, whoever decided it, and a rollback that worked is one", () => {
  const succeeded = Object.entries(endings).filter(([, ended]) => verdictOf(ended).ok);
  expect(succeeded.map(([name]) => name)).toEqual([
    "a first start",
    "a maintenance that is done",
    "a rollback that worked, of an upgrade that visitors had written to",
  ]);
});

test("a later step learns the image that runs after a rollback, and none after going back", () => {
  const imageAfter = (name: string) => outputsOf({ kind: "over", operation: endings[name]!.state }, {}).image;
  expect(imageAfter("a rollback that worked, of an upgrade that visitors had written to")).toMatch(/crm:1\.9\.4$/);
  expect(imageAfter("an upgrade that failed and went back to the snapshot by itself")).toBe("");
});

test("a rollback that must confirm what it throws away says which input does, and says it once", () => {
  const fix =
    'If these writes may be lost, ask with `discards: { from: "2026-01-15T02:25:00.000Z" }`. They stay put aside';
  const check = {
    ...{ name: "discards-are-confirmed", outcome: "failed" as const, looked: "the log" },
    ...{ expected: "the begin of the interval", found: "nothing", fix },
  };
  const { state } = endings["a rollback that failed before it touched the data"]!;
  const problem = {
    code: "preflight",
    message: "1 check failed",
    hint: `discards-are-confirmed: ${fix}\nThe site is open.`,
  };
  const { next } = verdictOf({ state: { ...state, status: "refused", checks: [check], problem }, events: [] });
  expect(next).toEqual([
    expect.stringContaining(
      'If these writes may be lost, give the input discards-from: "2026-01-15T02:25:00.000Z". They stay',
    ),
    "The site is open.",
  ]);
});
