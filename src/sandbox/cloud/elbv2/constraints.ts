import { constraintError } from "./errors.ts";

type Range = { minimum: number; maximum: number };

export function assertRange(value: number, path: string, { minimum, maximum }: Range): number {
  if (!Number.isInteger(value) || value < minimum) {
    throw constraintError(value, path, `have value greater than or equal to ${minimum}`);
  }
  if (value > maximum) throw constraintError(value, path, `have value less than or equal to ${maximum}`);
  return value;
}

/** Narrows `value` to one of `allowed`. */
export function assertOneOf<Allowed extends string>(
  value: string,
  path: string,
  allowed: readonly Allowed[],
): asserts value is Allowed {
  if (!(allowed as readonly string[]).includes(value)) {
    throw constraintError(value, path, `satisfy enum value set: [${allowed.join(", ")}]`);
  }
}

export function assertPattern(value: string, path: string, pattern: RegExp): string {
  if (!pattern.test(value)) {
    throw constraintError(value, path, `satisfy regular expression pattern: ${pattern.source}`);
  }
  return value;
}

export function assertLength(value: string, path: string, { minimum, maximum }: Range): string {
  if (value.length < minimum) {
    throw constraintError(value, path, `have length greater than or equal to ${minimum}`);
  }
  if (value.length > maximum) throw constraintError(value, path, `have length less than or equal to ${maximum}`);
  return value;
}
