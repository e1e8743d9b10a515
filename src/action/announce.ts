import { type Answered, liveUrlOf, operationUrlOf } from "./answered.ts";
import type { Job } from "./job.ts";
import { work as inWords } from "./words.ts";

/** Where people can look, before anything else is said; beside the log where the operation is new. */
export function announce(
  operation: Answered,
  { inputs, deps: { core }, isNew = false }: Pick<Job, "inputs" | "deps"> & { isNew?: boolean },
): void {
  core.info(`Operation ${operation.id}: ${operationUrlOf(inputs.apiUrl, operation.id)}`);
  const live = liveUrlOf(inputs.apiUrl, operation);
  if (live === undefined) return;
  core.info(`Live page: ${live}`);
  if (isNew) core.notice(live, { title: `Live page of ${inWords(operation)}` });
}
