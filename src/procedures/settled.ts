import { OperationError } from "../operations/operation-error.ts";

/** What all of them answered. Throws the first error, one that trying again cannot help before any other. */
export function valuesOf<Result>(outcomes: PromiseSettledResult<Result>[]): Result[] {
  const errors = outcomes.flatMap((each): unknown[] => (each.status === "rejected" ? [each.reason] : []));
  if (errors.length > 0) throw errors.find((error) => error instanceof OperationError && !error.retryable) ?? errors[0];
  return outcomes.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
}
