import { join } from "node:path";
import { createPool, type Pool } from "../../test/processes/pool.ts";
import type { AnalysedRun } from "./analyse-run.ts";
import type { Job } from "./job.ts";

/** Runs jobs in processes of their own, which let whatever is measured in real time go first. A job that gives no answer fails the whole measurement. */
export const createJobPool = (workers: number): Pool<Job, AnalysedRun> =>
  createPool({
    workers,
    workerFile: join(import.meta.dirname, "worker.ts"),
    givesWay: true,
    unanswered({ profile, runner, seedNumber }, why) {
      throw new Error(`${runner} on ${profile.name}, run ${seedNumber}: ${why}`);
    },
  });
