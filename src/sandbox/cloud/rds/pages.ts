import type { Filter } from "@aws-sdk/client-rds";
import { invalidValue } from "./errors.ts";

/** One page of a list in the order of its keys. `MaxRecords` is 20 to 100. */
export function page<Item>(
  items: Item[],
  keyOf: (item: Item) => string,
  { MaxRecords = 100, Marker }: { MaxRecords?: number; Marker?: string },
): { items: Item[]; Marker?: string } {
  if (!Number.isInteger(MaxRecords) || MaxRecords < 20 || MaxRecords > 100)
    throw invalidValue(`Invalid value ${MaxRecords} for MaxRecords. Must be between 20 and 100`);
  const after = Marker === undefined ? "" : Buffer.from(Marker, "base64url").toString();
  if (Marker !== undefined && Buffer.from(after).toString("base64url") !== Marker)
    throw invalidValue(`Invalid marker ${Marker}`);
  const sorted = items
    .filter((item) => keyOf(item) > after)
    .toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const shown = sorted.slice(0, MaxRecords);
  const last = shown.at(-1);
  return last !== undefined && sorted.length > shown.length
    ? { items: shown, Marker: Buffer.from(keyOf(last)).toString("base64url") }
    : { items: shown };
}

/** Whether an item passes every filter; `values` says what each known filter compares. */
export function matches<Item>(
  filters: Filter[] | undefined,
  values: Record<string, (item: Item) => (string | undefined)[]>,
): (item: Item) => boolean {
  const tests = (filters ?? []).map(({ Name = "", Values = [] }) => {
    const read = Object.hasOwn(values, Name) ? values[Name] : undefined;
    if (!read) throw invalidValue(`Unrecognized filter name: ${Name}`);
    const wanted = Values.map((value) => value.toLowerCase());
    return (item: Item) => read(item).some((value) => value !== undefined && wanted.includes(value.toLowerCase()));
  });
  return (item) => tests.every((test) => test(item));
}
