import type { NormalizedSchema } from "@smithy/core/schema";

const DEEP = 8;

/** A value with every member of the schema, of strings that are awkward on any wire. */
export function sampleValue(schema: NormalizedSchema, depth = 0): unknown {
  const { httpHeader, httpResponseCode } = schema.getMergedTraits();
  if (schema.isUnitSchema()) return {};
  if (schema.isStructSchema()) {
    const members = [...schema.structIterator()];
    const chosen = schema.isUnionSchema() ? members.slice(0, 1) : members;
    return Object.fromEntries(
      chosen
        .filter(([, member]) => depth <= DEEP || member.isStringSchema())
        .map(([name, member]) => [name, sampleValue(member, depth + 1)]),
    );
  }
  if (schema.isListSchema()) {
    const item = () => sampleValue(schema.getValueSchema(), depth + 1);
    return depth > DEEP ? [] : [item(), item()];
  }
  if (schema.isMapSchema()) {
    const value = () => sampleValue(schema.getValueSchema(), depth + 1);
    return { "k 1": value(), k2: value() };
  }
  if (schema.isTimestampSchema()) return new Date("2026-01-02T03:04:05.678Z");
  if (schema.isBlobSchema()) return new Uint8Array([0, 1, 254, 255]);
  if (schema.isBooleanSchema()) return true;
  if (schema.isDocumentSchema()) return { any: [1, "x", null] };
  if (schema.isStringSchema()) return httpHeader ? "h-1" : "é<&>\"' +/=%\n.";
  if (httpResponseCode) return 203;
  return httpHeader ? 3 : 7;
}

/** Without what the SDK adds to values and outputs, so that they compare. */
export function plain(value: unknown): unknown {
  if (value instanceof Date || typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, child]) => name !== "$metadata" && child !== undefined)
      .map(([name, child]) => [name, plain(child)]),
  );
}
