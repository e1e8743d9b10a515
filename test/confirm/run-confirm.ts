import { runCommand } from "../../src/command-line/run-command.ts";
import { CONFIRM_HELP, readConfirmCommand } from "../../src/confirm/command-line.ts";
import { confirm } from "../../src/confirm/confirm.ts";
import type { ConfirmWorld } from "../../src/confirm/confirm-world.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";

export const TARGET_FILE = `
targets:
  staging:
    app: generic
    probes: { ready: { path: /api/__health_check, match: { status: [200] } } }
    url: http://noticeboard.example.com
    cluster: noticeboard
    services: [{ name: noticeboard, container: app }]
    database: { instance: noticeboard-db }
    timeouts: { close: 3s }
`;

/** Every second that is waited for costs a look at everything. */
export const QUICK = {
  latencies: [
    "ecs: { schedulerTickMs: 2000, provisioningMs: 1000, pullMs: 1000, deprovisioningMs: 5000 }",
    "elb: { rulePropagationMinimumMs: 400, rulePropagationMaximumMs: 1600, registrationMs: 500 }",
    "rds: { snapshotMs: 3000, renameMs: 5000, renameDnsMs: 10000 }",
  ],
};

export type Options = { over?: Partial<ConfirmWorld>; files?: Map<string, string> };

/** Runs `npm run confirm` on a simulated cloud, with files in memory. */
export async function runConfirm(
  cloud: SimulatedCloud,
  args: string[],
  { over = {}, files = new Map() }: Options = {},
) {
  if (!files.has("intermission.yml")) files.set("intermission.yml", TARGET_FILE);
  const printed: string[] = [];
  let digits = 0;
  const world: ConfirmWorld = {
    ...cloud.runbook,
    ids: {
      hex: (count) => {
        digits += 1;
        return `${digits}`.padStart(count, "0");
      },
    },
    storeOf: () => cloud.store,
    caller: async () => ({ account: "111122223333", arn: "arn:aws:iam::111122223333:user/operator" }),
    readFile: (path) => files.get(path),
    writeFile: (path, text) => void files.set(path, text),
    lineFile: (path) => ({
      read: () => files.get(path),
      append: (line) => void files.set(path, `${files.get(path) ?? ""}${line}\n`),
      remove: () => void files.delete(path),
    }),
    leftJournals: () => [...files.keys()].filter((path) => path.endsWith(".jsonl")),
    print: (text) => void printed.push(text),
    signal: new AbortController().signal,
    ...over,
  };
  const print = (text: string) => void printed.push(text);
  const code = await runCommand({
    ...{ args, help: CONFIRM_HELP, read: readConfirmCommand, streams: { print, complain: print } },
    run: (command) => confirm(world, command),
  });
  const json = files.get("out.json");
  return { code, printed: printed.join("\n"), files, results: json ? (JSON.parse(json) as Json).results : [] };
}
type Json = {
  results: {
    name: string;
    verdict: string;
    change?: string;
    why?: string;
    measured: { what: string; values?: number[]; seen?: string }[];
  }[];
};

export const DISTURB = ["--target", "staging", "--yes-disturb", "staging", "--json", "out.json"];
export const measuring = (...names: string[]) => [...DISTURB, ...names.flatMap((name) => ["--only", name])];
