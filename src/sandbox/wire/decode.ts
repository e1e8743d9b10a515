import type { NormalizedSchema } from "@smithy/core/schema";
import { requiredMembers } from "./service.ts";

/** A request's value has another type than its schema says. */
export class WrongType extends Error {}

/** How one wire format spells a structure's members, a list's items, a map's entries and a scalar. */
export type Format = {
  member(node: unknown, name: string, schema: NormalizedSchema): unknown;
  items(node: unknown, schema: NormalizedSchema): unknown[];
  entries(node: unknown, schema: NormalizedSchema): [string, unknown][];
  scalar(node: unknown, schema: NormalizedSchema): unknown;
};

/** Builds the value; adds the path of every absent required member to `missing`; throws WrongType. */
export function decode(
  format: Format,
  schema: NormalizedSchema,
  node: unknown,
  path: string,
  missing: string[],
): unknown {
  if (schema.isStructSchema()) {
    const read: ReadMember = (name, member) => [format, format.member(node, name, member)];
    return decodeMembers(schema, read, path, missing);
  }
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    return format
      .items(node, schema)
      .map((child, i) => decode(format, item, child, `${path}.${i + 1}.member`, missing));
  }
  if (schema.isMapSchema()) {
    const value = schema.getValueSchema();
    const entries = format.entries(node, schema).filter(([, child]) => child != null);
    return Object.fromEntries(
      entries.map(([key, child]) => [key, decode(format, value, child, `${path}.${key}`, missing)]),
    );
  }
  return format.scalar(node, schema);
}

type ReadMember = (name: string, member: NormalizedSchema) => readonly [Format, unknown];

/** Like `decode`, for a structure whose members come from different places. */
export function decodeMembers(
  schema: NormalizedSchema,
  read: ReadMember,
  path: string,
  missing: string[],
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const at = (name: string) => (path ? `${path}.${name}` : name);
  for (const [name, member] of schema.structIterator()) {
    const [format, child] = read(name, member);
    if (child != null) result[name] = decode(format, member, child, at(name), missing);
  }
  for (const name of requiredMembers(schema)) if (result[name] === undefined) missing.push(at(name));
  return result;
}

/** A timestamp as text: seconds since the epoch, or a date. Throws WrongType. */
export function parseDate(text: string): Date {
  const date = /^-?\d+(\.\d+)?$/.test(text) ? new Date(Number(text) * 1000) : new Date(text);
  if (Number.isNaN(date.getTime())) throw new WrongType(`${text} is not a valid timestamp`);
  return date;
}
