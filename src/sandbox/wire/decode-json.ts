import { type Format, parseDate, WrongType } from "./decode.ts";
import { asBuffer } from "./messages.ts";

/** JSON bodies. `useJsonName` is what restJson1 does and awsJson does not. */
export const jsonFormat = (useJsonName: boolean): Format => ({
  member(node, name, schema) {
    const { jsonName } = schema.getMergedTraits();
    return asObject(node)[useJsonName && jsonName ? jsonName : name];
  },
  items(node, schema) {
    if (!Array.isArray(node)) throw new WrongType("Unrecognized collection type class; expected a list.");
    return schema.getMergedTraits().sparse ? node : node.filter((item) => item != null);
  },
  entries: (node) => Object.entries(asObject(node)),
  scalar(node, schema) {
    if (schema.isDocumentSchema()) return node;
    if (schema.isBlobSchema())
      return typeof node === "string" ? Buffer.from(node, "base64") : unconvertible(node, "Blob");
    if (schema.isTimestampSchema()) {
      if (typeof node === "string") return parseDate(node);
      return typeof node === "number" ? new Date(node * 1000) : unconvertible(node, "Timestamp");
    }
    if (schema.isBooleanSchema()) return typeof node === "boolean" ? node : unconvertible(node, "Boolean");
    if (schema.isStringSchema()) return typeof node === "string" ? node : unconvertible(node, "String");
    return typeof node === "number" ? node : unconvertible(node, "Number");
  },
});

/** An empty body stands for an empty object. Throws WrongType. */
export function parseJson(body: Uint8Array): unknown {
  try {
    return body.length ? JSON.parse(asBuffer(body).toString()) : {};
  } catch {
    throw new WrongType("Unexpected character in JSON body");
  }
}

function asObject(node: unknown): Record<string, unknown> {
  if (typeof node === "object" && node !== null && !Array.isArray(node)) return node as Record<string, unknown>;
  throw new WrongType("Start of structure or map found where not expected.");
}

function unconvertible(node: unknown, wanted: string): never {
  const found = Array.isArray(node)
    ? "START_ARRAY"
    : typeof node === "object"
      ? "START_OBJECT"
      : `${(typeof node).toUpperCase()}_VALUE`;
  throw new WrongType(`${found} cannot be converted to ${wanted}`);
}
