import type { NormalizedSchema } from "@smithy/core/schema";

/**
 * Throws when a handler returned a member, or a type, that the schema does not have. The SDK's serialisers silently drop the one and
 * pass the other through, so they come second.
 */
export function assertModelled(schema: NormalizedSchema, value: unknown, path: string): void {
  if (value == null || schema.isDocumentSchema()) return;
  if (schema.isUnitSchema() || schema.isStructSchema()) {
    const members = membersOf(schema);
    for (const [name, child] of entriesOf(value, path)) {
      const member = members.get(name);
      if (!member) throw new TypeError(`${path} has no member ${name}`);
      assertModelled(member, child, `${path}.${name}`);
    }
  } else if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw new TypeError(`${path} is a list`);
    const itemSchema = schema.getValueSchema();
    for (const [i, item] of value.entries()) assertModelled(itemSchema, item, `${path}[${i}]`);
  } else if (schema.isMapSchema()) {
    const memberSchema = schema.getValueSchema();
    for (const [key, child] of entriesOf(value, path)) assertModelled(memberSchema, child, `${path}.${key}`);
  } else if (!fits(schema, value)) {
    throw new TypeError(`${path} cannot be ${JSON.stringify(value)}`);
  }
}

type Members = Map<string, NormalizedSchema>;
const known = new WeakMap<object, Members>();

/** Looked up for each answer, and always the same. */
function membersOf(schema: NormalizedSchema): Members {
  if (schema.isUnitSchema()) return new Map();
  const struct = schema.getSchema() as unknown as object;
  const members = known.get(struct) ?? new Map(schema.structIterator());
  known.set(struct, members);
  return members;
}

function entriesOf(value: unknown, path: string): [string, unknown][] {
  if (typeof value !== "object" || value === null) throw new TypeError(`${path} cannot be ${JSON.stringify(value)}`);
  return Object.entries(value);
}

function fits(schema: NormalizedSchema, value: unknown): boolean {
  if (schema.isTimestampSchema()) return value instanceof Date && !Number.isNaN(value.getTime());
  if (schema.isBlobSchema()) return value instanceof Uint8Array;
  if (schema.isBooleanSchema()) return typeof value === "boolean";
  return typeof value === (schema.isStringSchema() ? "string" : "number");
}
