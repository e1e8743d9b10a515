import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Result } from "../result.ts";
import type { Scenario } from "../scenario.ts";
import { type Done, type Run, unanswered, type Work } from "./work.ts";

export type PoolOptions = {
  /** How many processes run at a time. Each runs one history after another, for virtual time replaces its timers. */
  workers: number;
  workerFile?: string;
  /** Modules that a worker loads before its own. */
  imports?: string[];
  env?: Record<string, string>;
  /** The longest that a history may take in real time, in milliseconds. */
  patienceMs?: number;
  /** A worker makes room for a new one after so many histories, so that nothing adds up in it. */
  historiesPerWorker?: number;
};

export type Pool = { run: Run; workers: number; close(): void };

type Job = { scenario: Scenario; done: (result: Result) => void };

/** A history takes seconds. A machine on which many others work at the same time may stretch that. */
const PATIENCE_MS = 300_000;
const STDERR_KEPT = 4_000;

/**
 * Runs histories in worker processes, each worker started when it is first needed. A worker that ends or does not answer in time makes a hang
 * of the history that it had, and another takes its place.
 */
export function createPool({
  workers,
  workerFile = join(import.meta.dirname, "worker.ts"),
  imports = [],
  env = {},
  patienceMs = PATIENCE_MS,
  historiesPerWorker = 400,
}: PoolOptions): Pool {
  const jobs: Job[] = [];
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  let closed = false;
  let works = 0;

  const start = () => {
    const child = fork(workerFile, [], {
      execArgv: imports.flatMap((path) => ["--import", path]),
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    const worker: Worker = { child, histories: 0, said: "" };
    child.stderr?.on("data", (chunk: Buffer) => {
      worker.said = (worker.said + chunk.toString()).slice(-STDERR_KEPT);
    });
    child.once("close", () => {
      all.delete(worker);
      if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1);
    });
    all.add(worker);
    return worker;
  };

  const end = (worker: Worker) => {
    all.delete(worker);
    worker.child.kill("SIGKILL");
  };

  const next = () => {
    while (!closed && jobs.length > 0 && (idle.length > 0 || all.size < workers)) {
      const worker = idle.pop() ?? start();
      const job = jobs.shift()!;
      works += 1;
      void answerOf(worker, { work: works, scenario: job.scenario }, patienceMs).then((answer) => {
        worker.histories += 1;
        if ("why" in answer || worker.histories >= historiesPerWorker) end(worker);
        else idle.push(worker);
        job.done("why" in answer ? unanswered(job.scenario, answer.why) : answer.result);
        next();
      });
    }
  };

  return {
    workers,
    run: (scenario) =>
      new Promise((done) => {
        jobs.push({ scenario, done });
        next();
      }),
    close() {
      closed = true;
      for (const worker of all) end(worker);
    },
  };
}

type Worker = { child: ChildProcess; histories: number; said: string };

/** The result, or why there is none. */
function answerOf(worker: Worker, work: Work, patienceMs: number): Promise<Done | { why: string }> {
  const { child } = worker;
  return new Promise((resolve) => {
    const settle = (answer: Done | { why: string }) => {
      clearTimeout(timer);
      child.off("message", answered).off("close", ended).off("error", failed);
      resolve(answer);
    };
    const timer = setTimeout(
      () => settle({ why: `expected the worker process to answer within ${patienceMs / 1_000} s, found no answer` }),
      patienceMs,
    );
    const answered = (message: Done) => {
      if (message.work === work.work) settle(message);
    };
    // `close`, not `exit`: what the process said last is there by then.
    const ended = (code: number | null, signal: string | null) =>
      settle({
        why: `expected the worker process to answer, found that it ended with ${signal ?? code}${worker.said ? `: ${worker.said.trim()}` : ""}`,
      });
    const failed = (error: Error) => settle({ why: `the worker process cannot be reached: ${error.message}` });
    child.on("message", answered).on("close", ended).on("error", failed);
    child.send(work);
  });
}
