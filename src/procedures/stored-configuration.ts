import { keys } from "../operations/dynamo-table.ts";
import { UnreadableRecordError } from "../operations/record.ts";
import type { Target } from "../targets/schema.ts";
import { storedTarget } from "../targets/stored-target.ts";

/** The target that an operation runs on, by the configuration that it keeps. Throws an UnreadableRecordError where that is not one. */
export function targetOf(operationId: string, configuration: unknown): Target {
  const read = storedTarget(configuration);
  if ("target" in read) return read.target;
  throw new UnreadableRecordError(keys.meta(operationId), {
    expected: "the configuration of a target as this version or an older one reads it",
    found: read.wrong,
  });
}
