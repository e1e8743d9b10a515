import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { afterAll, describe, expect, type TestContext, test } from "vitest";
import type { Receipt } from "../../src/operations/receipt.ts";
import { alive, descendants } from "./sandbox-process.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/demo.ts", import.meta.url));
const directories: string[] = [];

/** `npm run demo`, without npm. Ended with the test at the latest. */
function demo({ onTestFinished }: TestContext, ...args: string[]) {
  const directory = mkdtempSync(join(tmpdir(), "intermission-test-"));
  directories.push(directory);
  // PostgreSQL may run as another user, who must be able to pass through.
  chmodSync(directory, 0o711);
  const env = { ...process.env, TMPDIR: directory };
  const child = spawn(process.execPath, [SCRIPT, ...args], { stdio: ["ignore", "pipe", "pipe"], env });
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  onTestFinished(async () => {
    if (isOver()) return;
    child.kill("SIGINT");
    await once(child, "close");
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  const exited = once(child, "close").then(([code]) => code as number | null);
  return {
    child,
    exited,
    output: () => output,
    async shows(pattern: RegExp) {
      while (!pattern.test(output)) {
        const ended = await Promise.race([once(child.stdout, "data").then(() => false), exited.then(() => true)]);
        if (ended && !pattern.test(output)) throw new Error(`it ended without ${pattern}:\n${output}`);
      }
    },
    /** Everything that is left behind but what the demonstration shows at its end. */
    leftBehind: () => readdirSync(directory).filter((name) => !name.startsWith("intermission-demo-")),
    /** A row of the table. */
    row: (name: string) => new RegExp(`^ *${name} {2,}(.+)$`, "m").exec(output)?.[1],
  };
}

afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

const oneAfterAnother = { concurrent: false };

describe.concurrent("the demonstration", () => {
  test("a rollback throws away what it says, and keeps it aside", async (context) => {
    const { exited, output, row, leftBehind } = demo(context, "rollback");
    const code = await exited;
    expect(output()).toContain("✓ It ended as it should: succeeded, because 1.4.2 runs again");
    expect(code).toBe(0);
    expect(output()).toContain("✗ discards-are-confirmed: visitors have written since");
    expect(row("Writes acknowledged")).toMatch(
      /^\d+, of which 0 lost and 0 changed, and [1-9]\d* thrown away knowingly$/,
    );
    expect(row("Nodes before")).toMatch(/^3 × 2\.0\.0 /);
    expect(row("Nodes after")).toMatch(/^3 × 1\.4\.2 /);
    expect(row("kept aside")).toMatch(/^\d+ rows of 2\.0\.0 in noticeboard-db-before-\S+, behind sg-fence$/);
    expect(row("Invariants")).toBe("all nine hold");
    const receipt = JSON.parse(readFileSync(row("Receipt")!, "utf8")) as Receipt;
    expect(receipt).toMatchObject({ outcome: "succeeded", discarded: [{ from: expect.any(String) }], leftovers: [] });
    expect(leftBehind()).toEqual([]);
  });

  // A rollback takes as long as these together.
  describe("of the upgrade", () => {
    test("upgrades three nodes under visitors, loses nothing and shows it", oneAfterAnother, async (context) => {
      const { exited, output, row, leftBehind } = demo(context);
      const code = await exited;
      expect(output()).toContain("✓ It ended as it should: succeeded");
      expect(code).toBe(0);

      const phases = [...output().matchAll(/^ *\d+:\d\d {2}✓ (\S+) done after/gm)].map(([, phase]) => phase);
      const order = [
        "preflight",
        "prepare",
        "close",
        "stop",
        "back-up",
        "migrate",
        "verify",
        "scale-out",
        "open",
        "finish",
      ];
      expect(phases).toEqual(order);
      expect(output()).toMatch(
        /visitors: \d+ by 1\.4\.2[\s\S]*visitors: \d+ by the page$[\s\S]*visitors: \d+ by 2\.0\.0$/m,
      );
      expect(output()).toContain("Lower the deregistration delay of noticeboard from 300 s to 3 s");
      expect(output()).not.toMatch(/^::/m);
      expect(stripVTControlCharacters(output())).toBe(output());

      expect(row("Writes acknowledged")).toMatch(/^[1-9]\d+, of which 0 lost and 0 changed$/);
      expect(row("Requests answered")).toMatch(/^\d+ by 1\.4\.2, \d+ by the page, \d+ by 2\.0\.0, 0 errors$/);
      expect(row("Nodes before")).toMatch(/^3 × 1\.4\.2 /);
      expect(row("Nodes after")).toMatch(/^3 × 2\.0\.0 /);
      expect(row("Invariants")).toBe("all nine hold");
      const receipt = JSON.parse(readFileSync(row("Receipt")!, "utf8")) as Receipt;
      expect(receipt).toMatchObject({ outcome: "succeeded", verifiedVersion: "2.0.0", leftovers: [] });
      expect(readFileSync(row("Job summary")!, "utf8")).toContain("## ✅ noticeboard is upgraded");
      expect(leftBehind()).toEqual([]);
    });

    test(
      "--break migration ends held with the page up; --keep leaves it to look at, and Ctrl-C ends everything",
      oneAfterAnother,
      async (context) => {
        const { child, exited, output, row, shows, leftBehind } = demo(context, "--break", "migration", "--keep");
        await shows(/Ctrl-C ends it/);
        expect(output()).toContain("✓ It ended as it should: held");
        expect(output()).toContain("cannot execute ALTER TABLE in a read-only transaction");
        expect(output()).toMatch(/The snapshot intermission-op-\S+ holds the data as it was before/);
        expect(row("Nodes after")).toMatch(/^none, and the leader/);
        expect(row("Downtime for visitors")).toBe("not over: the page is up");
        const live = await fetch(/Live page: (\S+)/.exec(output())![1]!);
        expect(await live.text()).toContain("Held. The site is closed until somebody decides.");
        const page = await fetch(/Visitors come to (\S+),/.exec(output())![1]!);
        expect(page.status).toBe(503);
        expect(await page.text()).toContain("The noticeboard is being upgraded");

        const processes = descendants(child);
        expect(processes.length).toBeGreaterThan(2);
        child.kill("SIGINT");
        expect(await exited).toBe(0);
        await context.expect.poll(() => alive(processes), { timeout: 5_000 }).toEqual([]);
        expect(leftBehind()).toEqual([]);
      },
    );

    test("Ctrl-C in the middle of the window leaves no process behind", oneAfterAnother, async (context) => {
      const { child, exited, shows, leftBehind } = demo(context);
      await shows(/the site closes/);
      const processes = descendants(child);
      child.kill("SIGINT");
      expect(await exited).toBe(130);
      await context.expect.poll(() => alive(processes), { timeout: 5_000 }).toEqual([]);
      expect(leftBehind()).toEqual([]);
    });

    test(
      "asked for something that makes no sense it says what there is, and starts nothing",
      oneAfterAnother,
      async (context) => {
        const { exited, output } = demo(context, "--break", "everything");
        expect(await exited).toBe(2);
        expect(output()).toContain("expected one of image, snapshot");
      },
    );
  });
});
