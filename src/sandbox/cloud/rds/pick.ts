/** The members that have a value. */
export function pick<Source extends object, Key extends keyof Source>(
  source: Source,
  keys: readonly Key[],
): Pick<Source, Key> {
  return Object.fromEntries(keys.filter((key) => source[key] !== undefined).map((key) => [key, source[key]])) as Pick<
    Source,
    Key
  >;
}

export const keysOf = <Source extends object>(source: Source): (keyof Source)[] =>
  Object.keys(source) as (keyof Source)[];
