import { type ChildProcess, fork } from "node:child_process";
import { setPriority } from "node:os";
import type { Done, Work } from "./serve.ts";

export type PoolOptions<Job, Answer> = {
  /** What each process runs: it serves (serve.ts). */
  workerFile: string;
  /** How many processes run at a time. Each runs one job after another, for virtual time replaces its timers. */
  workers: number;
  /** Modules that a worker loads before its own. */
  imports?: string[];
  env?: Record<string, string>;
  /** The longest that a job may take in real time, in milliseconds. */
  patienceMs?: number;
  /** A worker makes room for a new one after so many jobs, so that nothing adds up in it. */
  jobsPerWorker?: number;
  /** Whoever else has something to do goes first. */
  givesWay?: boolean;
  /** What stands for the answer of a job that gave none, by why there is none; what it throws fails the job. */
  unanswered: (job: Job, why: string) => Answer;
};

export type Pool<Job, Answer> = { run: (job: Job) => Promise<Answer>; workers: number; close(): void };

/** A job takes seconds. A machine on which many others work at the same time may stretch that. */
const PATIENCE_MS = 300_000;
const STDERR_KEPT = 4_000;
const LESS_URGENT = 10;

/**
 * Runs jobs in worker processes, each worker started when it is first needed. A worker that ends or does not answer in time leaves the job that
 * it had unanswered, and another takes its place.
 */
export function createPool<Job, Answer>({
  workers,
  workerFile,
  imports = [],
  env = {},
  patienceMs = PATIENCE_MS,
  jobsPerWorker = 400,
  givesWay = false,
  unanswered,
}: PoolOptions<Job, Answer>): Pool<Job, Answer> {
  const jobs: { job: Job; answer: PromiseWithResolvers<Answer> }[] = [];
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  let closed = false;
  let works = 0;

  const start = () => {
    const child = fork(workerFile, [], {
      execArgv: imports.flatMap((path) => ["--import", path]),
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      // As it is: JSON would make null of what is no number.
      serialization: "advanced",
    });
    if (givesWay && child.pid !== undefined) setPriority(child.pid, LESS_URGENT);
    const worker: Worker = { child, jobs: 0, said: "" };
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
      const { job, answer } = jobs.shift()!;
      works += 1;
      void answerOf<Job, Answer>(worker, { work: works, job }, patienceMs).then((answered) => {
        worker.jobs += 1;
        if ("why" in answered || worker.jobs >= jobsPerWorker) end(worker);
        else idle.push(worker);
        if ("why" in answered) {
          try {
            answer.resolve(unanswered(job, answered.why));
          } catch (error) {
            answer.reject(error);
          }
        } else answer.resolve(answered.answer);
        next();
      });
    }
  };

  return {
    workers,
    run(job) {
      const answer = Promise.withResolvers<Answer>();
      jobs.push({ job, answer });
      next();
      return answer.promise;
    },
    close() {
      closed = true;
      for (const worker of all) end(worker);
    },
  };
}

type Worker = { child: ChildProcess; jobs: number; said: string };

/** The answer, or why there is none. */
function answerOf<Job, Answer>(
  worker: Worker,
  work: Work<Job>,
  patienceMs: number,
): Promise<Done<Answer> | { why: string }> {
  const { child } = worker;
  return new Promise((resolve) => {
    const settle = (answer: Done<Answer> | { why: string }) => {
      clearTimeout(timer);
      child.off("message", answered).off("close", ended).off("error", failed);
      resolve(answer);
    };
    const timer = setTimeout(
      () => settle({ why: `expected the worker process to answer within ${patienceMs / 1_000} s, found no answer` }),
      patienceMs,
    );
    const answered = (message: Done<Answer>) => {
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
