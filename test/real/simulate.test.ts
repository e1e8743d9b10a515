import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { alive, descendants } from "./sandbox-process.ts";

const SCRIPT = join(import.meta.dirname, "../../scripts/simulate.ts");
/** As slow as a machine may be on which everything else is tested at the same time. */
const timeout = 900_000;

/** `npm run simulate`, without npm. */
function simulate(...args: string[]) {
  const child = spawn(process.execPath, [SCRIPT, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  const firstRun = Promise.withResolvers<void>();
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].on("data", (chunk: Buffer) => {
      output[stream] += chunk.toString();
      if (output[stream].includes('"kind":"run"')) firstRun.resolve();
    });
  const ended = once(child, "close").then(([code]) => {
    const lines = output.stdout.trimEnd().split("\n");
    return { code: code as number, stdout: output.stdout, stderr: output.stderr, lines, last: lines.at(-1)! };
  });
  return { child, ended, firstRun: firstRun.promise };
}
type Line = {
  kind: string;
  label?: string;
  digest?: string;
  interrupted?: boolean;
  runs?: number;
  /** How many there are, and how many were tried. */
  of?: number;
  elsewhere?: object[];
};
const parsed = (lines: string[]) => lines.map((line) => JSON.parse(line) as Line);

test("eight histories, each from a seed, break no invariant and come to an end, and a seed is one history in whatever process", {
  timeout,
}, async () => {
  const [all, one] = await Promise.all([
    simulate("--seed", "1", "--runs", "8", "--workers", "2", "--json").ended,
    simulate("--seed", "3", "--workers", "1", "--json").ended,
  ]);
  expect(parsed(all.lines).filter(({ kind }) => kind === "failure")).toEqual([]);
  expect(parsed([all.last])).toMatchObject([{ kind: "end", runs: 8, violations: 0, hangs: 0, failures: [] }]);
  expect(all.code).toBe(0);
  const digestOf3 = ({ lines }: typeof all) => parsed(lines).find(({ label }) => label === "seed 3")?.digest;
  expect(digestOf3(one)).toMatch(/^[0-9a-f]{64}$/);
  expect(digestOf3(all)).toBe(digestOf3(one));
});

test("Ctrl-C ends it and its workers, with what was done so far", { timeout }, async () => {
  const { child, ended, firstRun } = simulate("--for", "1h", "--seed", "1", "--workers", "1", "--json");
  await firstRun;
  const workers = descendants(child);
  expect(workers).toHaveLength(1);
  child.kill("SIGINT");
  const { code, last } = await ended;
  expect(parsed([last])).toMatchObject([{ kind: "end", interrupted: true }]);
  expect(code).toBe(130);
  expect(alive(workers)).toEqual([]);
});

test("arguments that make no sense end it with 2, all of them named at once", { timeout }, async () => {
  const { code, stderr, stdout } = await simulate("--sed", "1", "--workers", "none", "--replay", "/nowhere.json").ended;
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/--sed: .*did you mean --seed\?\n--workers: .*found "none"\n/);
  const missing = await simulate("--replay", "/nowhere.json").ended;
  expect(missing.code).toBe(2);
  expect(missing.stderr).toContain("--replay: expected a history as JSON in /nowhere.json, found ENOENT");
});
