import { breakerCountOne } from "./measure-breaker.ts";
import { foreignTarget } from "./measure-foreign-target.ts";
import { fixedResponseHeaders } from "./measure-headers.ts";
import { renameDatabase } from "./measure-rename.ts";
import { rulePriorities, rulePropagation } from "./measure-rules.ts";
import { snapshotClock } from "./measure-snapshot.ts";
import {
  executionStoppedAt,
  lowerDelayDraining,
  runningCount,
  stopTask,
  stopTaskDeactivating,
} from "./measure-stops.ts";
import type { Measurement } from "./measurement.ts";

/** In the order in which they are done: what disturbs nobody first. */
export const measurements: Measurement[] = [
  rulePropagation,
  rulePriorities,
  fixedResponseHeaders,
  snapshotClock,
  breakerCountOne,
  stopTask,
  stopTaskDeactivating,
  lowerDelayDraining,
  executionStoppedAt,
  runningCount,
  foreignTarget,
  renameDatabase,
];
