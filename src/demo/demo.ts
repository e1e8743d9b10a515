import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bundles } from "../sandbox/bundles.ts";
import { readyText } from "../sandbox/ready.ts";
import type { Evidence } from "./evidence.ts";
import { type Files, reportLines } from "./report.ts";
import type { Show } from "./show.ts";
import { type Stage, setStage } from "./stage.ts";
import type { Terminal } from "./terminal.ts";
import { startVisitors } from "./visitors.ts";

export type DemoOptions = {
  /** The repository: where the action is. */
  root: string;
  bundles: Bundles;
  show: Show;
  /** Leaves the sandbox up until the signal aborts. */
  keep: boolean;
  terminal: Terminal;
  /** Ends everything. */
  signal: AbortSignal;
};

/** Shows one procedure from its beginning to its end. Answers the exit code: 0 only if everything that it promises is true. */
export async function runDemo({ root, bundles, show, keep, terminal, signal }: DemoOptions): Promise<0 | 1> {
  const { print, paint } = terminal;
  await using cleanup = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "intermission-demo-"));

  print(paint("bold", `A local AWS, with ${show.heading}`));
  const stage = await setStage({
    ...{ root, bundles, changes: show.changes, terminal, signal },
    functionsLog: join(directory, "functions.log"),
  });
  cleanup.defer(() => stage.close());
  const { sandbox, target, addresses } = stage;
  print(`  Visitors come to ${sandbox.targets[target.name]!.url}, and read and write all the time.`);
  if (show.aside) print(paint("dim", `  ${show.aside}`));
  const played = await show.play({
    ...{ root, bundles, stage, terminal, directory, signal, cleanup },
    visit({ from } = {}) {
      const visitors = startVisitors({ url: target.url, addresses, pageText: target.page.message, from });
      cleanup.defer(() => visitors.stop());
      return visitors;
    },
  });

  const { ending, because, evidence, claims, rows, summary } = played;
  const files = await keepFiles(directory, { evidence, stage, summary });
  const wrong = claims.filter((claim) => claim.wrong !== undefined);
  print();
  print(paint("bold", "What is true now"));
  for (const line of reportLines({ course: { ending }, evidence, claims, own: rows, files }, paint)) print(line);
  print();
  if (wrong.length === 0) {
    print(paint(["bold", "green"], `✓ It ended as it should: ${ending}, because ${because}.`));
    print(paint("dim", `  ${claims.length} claims were checked, all of them hold.`));
  }
  for (const { claim, wrong: found } of wrong)
    print(paint(["bold", "red"], `✗ Expected that ${claim}, found: ${found}`));

  if (keep) {
    print(readyText(sandbox, stage.seed));
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  }
  return wrong.length === 0 ? 0 : 1;
}

type Kept = { evidence: Evidence; stage: Stage; summary?: string };

async function keepFiles(directory: string, { evidence: { receipt }, stage, summary }: Kept): Promise<Files> {
  const file = (name: string) => join(directory, name);
  const events = stage.sandbox.services.world.log.after();
  await writeFile(file("events.ndjson"), events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  if (receipt) await writeFile(file("receipt.json"), `${JSON.stringify(receipt, null, 2)}\n`);
  return {
    summary,
    ...(receipt && { receipt: file("receipt.json") }),
    events: file("events.ndjson"),
    log: file(LOG),
  };
}

/** What the operation said, line by line. */
export const LOG = "operation.log";
