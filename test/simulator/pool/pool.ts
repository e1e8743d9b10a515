import { join } from "node:path";
import {
  createPool as createPoolOf,
  type PoolOptions as OptionsOf,
  type Pool as PoolOf,
} from "../../processes/pool.ts";
import type { Result } from "../result.ts";
import type { Scenario } from "../scenario.ts";
import { unanswered } from "./work.ts";

export type PoolOptions = Omit<OptionsOf<Scenario, Result>, "workerFile" | "jobsPerWorker" | "unanswered"> & {
  workerFile?: string;
  /** A worker makes room for a new one after so many histories. */
  historiesPerWorker?: number;
};
export type Pool = PoolOf<Scenario, Result>;

/** Runs histories in worker processes. Whatever gives no result becomes a hang of its history, which says why. */
export const createPool = ({
  workerFile = join(import.meta.dirname, "worker.ts"),
  historiesPerWorker: jobsPerWorker,
  ...options
}: PoolOptions): Pool => createPoolOf({ workerFile, jobsPerWorker, unanswered, ...options });
