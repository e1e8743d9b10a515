import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import type { Scenario } from "../scenario.ts";
import { bugNamed, catalogue } from "./catalogue.ts";
import type { Search, Searched } from "./find-worker.ts";

export type FindOptions = {
  /** All of them, unless some are named. */
  names?: string[];
  /** How many seeds may pass before a bug counts as not found. */
  bound?: number;
  /** Where to look for a bug; by default at the seeds 1, 2, 3 … up to the bound. */
  seedsFor?: (name: string) => number[];
  /** Histories that are kept for bugs, each tried where no seed shows its bug. */
  kept?: ReadonlyMap<string, Scenario>;
  /** How many processes search. */
  jobs?: number;
  onSearched?: (searched: Searched) => void;
};

export const BOUND = 60;
/** Each bug leaves a copy of the code behind in the process that searched for it. */
const BUGS_A_PROCESS = 8;

/** Looks for each planted bug on all cores, and answers what showed it, in the order of the catalogue. */
export async function findPlanted(options: FindOptions = {}): Promise<Searched[]> {
  const {
    names = catalogue.map(({ name }) => name),
    bound = BOUND,
    jobs = availableParallelism(),
    onSearched,
  } = options;
  const { seedsFor = () => Array.from({ length: bound }, (_, index) => index + 1) } = options;
  const left = names.map(
    (name): Search => ({ name: bugNamed(name).name, seeds: seedsFor(name), kept: options.kept?.get(name) }),
  );
  const found = new Map<string, Searched>();

  async function work(): Promise<void> {
    let worker: ChildProcess | undefined;
    for (let asked = 0; ; asked += 1) {
      const search = left.shift();
      if (asked % BUGS_A_PROCESS === 0) worker?.disconnect();
      if (!search) return void (worker?.connected && worker.disconnect());
      if (!worker?.connected) worker = startWorker();
      const searched = await ask(worker, search);
      found.set(search.name, searched);
      onSearched?.(searched);
    }
  }
  await Promise.all(Array.from({ length: Math.min(jobs, left.length) }, work));
  return names.map((name) => found.get(name)!);
}

const startWorker = (): ChildProcess =>
  fork(new URL("./find-worker.ts", import.meta.url), {
    execArgv: ["--disable-warning=ExperimentalWarning", "--import", new URL("./register.ts", import.meta.url).href],
    env: { ...process.env, INTERMISSION_PLANT: "" },
  });

/** A worker that ends says so instead. */
async function ask(worker: ChildProcess, search: Search): Promise<Searched> {
  const over = new AbortController();
  const ended = once(worker, "exit", { signal: over.signal }).then(
    ([code]): Searched => ({ name: search.name, runs: 0, otherwise: [`the worker ended with ${code}`] }),
  );
  ended.catch(() => {});
  worker.send(search);
  const answered = once(worker, "message", { signal: over.signal }).then(([searched]) => searched as Searched);
  answered.catch(() => {});
  const searched = await Promise.race([answered, ended]);
  over.abort();
  return searched;
}

/** What is said of a bug once it is found, or once nothing has shown it. */
export const progressLine = ({ name, runs, found, otherwise }: Searched): string =>
  [
    `${name}: ${found ? `found ${found.seed === "history" ? "in its history" : `at seed ${found.seed}`}, by ${found.by}` : "not found"}, after ${runs} ${runs === 1 ? "run" : "runs"}`,
    ...otherwise.map((each) => `  ${each}`),
  ].join("\n");

/** A line a bug, and what is to be said of those that were not found. */
export function plantedTable(searched: Searched[]): string {
  const width = Math.max(...searched.map(({ name }) => name.length));
  const lines = searched.map(({ name, runs, found }) =>
    found
      ? `${name.padEnd(width)}  ${String(found.seed).padStart(7)}  ${String(found.by).padStart(4)}  ${firstSentence(found.message)}`
      : `${name.padEnd(width)}  not found in ${runs} ${runs === 1 ? "run" : "runs"}`,
  );
  const byHistory = searched.filter(({ found }) => found?.seed === "history").length;
  const missed = searched.filter(({ found }) => !found).length;
  return [
    `${"bug".padEnd(width)}     seed    by  what was found`,
    ...lines,
    `${searched.length} bugs, ${searched.length - missed - byHistory} found by a seed, ${byHistory} by their histories alone, ${missed} not found`,
  ].join("\n");
}

const firstSentence = (message: string): string => {
  const [line = ""] = message.split("\n");
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
};
