// Request bytes to the value a handler sees, checked against the schema.
import type { NormalizedSchema } from "@smithy/core/schema";
import { requiredMembers } from "./service.ts";

export class WrongType extends Error {}

/** How one wire format spells a structure's members, a list's items, a map's entries and a scalar. */
type Format = {
  member(node: any, name: string, schema: NormalizedSchema): unknown;
  items(node: any, schema: NormalizedSchema): unknown[];
  entries(node: any, schema: NormalizedSchema): [string, unknown][];
  scalar(node: any, schema: NormalizedSchema): unknown;
};

/** Builds the value; adds the path of every absent required member to `missing`; throws WrongType. */
export function decode(format: Format, schema: NormalizedSchema, node: unknown, path: string, missing: string[]): any {
  if (schema.isStructSchema()) {
    const read = (name: string, member: NormalizedSchema) => [format, format.member(node, name, member)] as const;
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
export function decodeMembers(schema: NormalizedSchema, read: ReadMember, path: string, missing: string[]): any {
  const result: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const [format, child] = read(name, member);
    if (child != null) result[name] = decode(format, member, child, path ? `${path}.${name}` : name, missing);
  }
  for (const name of requiredMembers(schema))
    if (result[name] === undefined) missing.push(path ? `${path}.${name}` : name);
  return result;
}

/** JSON bodies. `useJsonName` is what restJson1 does and awsJson does not. */
export const jsonFormat = (useJsonName: boolean): Format => ({
  member(node, name, schema) {
    if (!isPlainObject(node)) throw new WrongType("Start of structure or map found where not expected.");
    return node[(useJsonName && schema.getMergedTraits().jsonName) || name];
  },
  items(node, schema) {
    if (!Array.isArray(node)) throw new WrongType("Unrecognized collection type class; expected a list.");
    return schema.getMergedTraits().sparse ? node : node.filter((item) => item != null);
  },
  entries(node) {
    if (!isPlainObject(node)) throw new WrongType("Start of structure or map found where not expected.");
    return Object.entries(node);
  },
  scalar(node, schema) {
    if (schema.isDocumentSchema()) return node;
    if (schema.isBlobSchema()) return Buffer.from(expect(node, "string", "Blob"), "base64");
    if (schema.isTimestampSchema())
      return typeof node === "string" ? parseDate(node) : new Date(expect(node, "number", "Timestamp") * 1000);
    if (schema.isBooleanSchema()) return expect(node, "boolean", "Boolean");
    return schema.isStringSchema() ? expect(node, "string", "String") : expect(node, "number", "Number");
  },
});

/** Text: query-string leaves, and the headers, labels and query parameters of REST requests. */
export const textFormat: Format = {
  member: () => {
    throw new WrongType("a structure cannot be written as text");
  },
  entries: () => {
    throw new WrongType("a map cannot be written as text");
  },
  items: (node) => (Array.isArray(node) ? node : node.split(/\s*,\s*/)),
  scalar(node, schema) {
    if (typeof node !== "string") throw new WrongType("expected a single value");
    if (schema.isBlobSchema()) return Buffer.from(node, "base64");
    if (schema.isTimestampSchema()) return parseDate(node);
    if (schema.isBooleanSchema()) {
      if (!/^(true|false)$/i.test(node)) throw new WrongType(`${node} is not a valid boolean`);
      return node.toLowerCase() === "true";
    }
    if (schema.isStringSchema()) return node;
    if (node.trim() === "" || Number.isNaN(Number(node))) throw new WrongType(`${node} is not a valid number`);
    return Number(node);
  },
};

/** awsQuery: `Filters.Filter.1.Values.Value.2=x` arrives as a tree of dotted segments. */
export type QueryNode = { text?: string; children: Record<string, QueryNode> };
export function queryTree(parameters: URLSearchParams): QueryNode {
  const newNode = (): QueryNode => ({ children: Object.create(null) });
  const root = newNode();
  for (const [key, text] of parameters) {
    const leaf = key.split(".").reduce((node, segment) => (node.children[segment] ??= newNode()), root);
    leaf.text = text;
  }
  return root;
}
export const queryFormat: Format = {
  member: (node: QueryNode, name, schema) => node.children[schema.getMergedTraits().xmlName ?? name],
  items(node: QueryNode, schema) {
    const { children } = node;
    if (schema.getMergedTraits().xmlFlattened) return numbered(children);
    const itemName = schema.getValueSchema().getMergedTraits().xmlName;
    return numbered((itemName ? children[itemName] : undefined)?.children ?? children.member?.children ?? {});
  },
  entries(node: QueryNode, schema) {
    const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? "key";
    const valueName = schema.getValueSchema().getMergedTraits().xmlName ?? "value";
    const entries = schema.getMergedTraits().xmlFlattened ? node.children : (node.children.entry?.children ?? {});
    return numbered(entries).map(({ children }) => [children[keyName]?.text ?? "", children[valueName]]);
  },
  scalar: (node: QueryNode, schema) => textFormat.scalar(node.text, schema),
};
const numbered = (children: Record<string, QueryNode>) =>
  Object.keys(children)
    .filter((key) => /^\d+$/.test(key))
    .sort((a, b) => Number(a) - Number(b))
    .flatMap((key) => children[key] ?? []);

const isPlainObject = (node: unknown): node is Record<string, unknown> =>
  typeof node === "object" && node !== null && !Array.isArray(node);
function expect(node: unknown, type: string, wanted: string): any {
  if (typeof node === type) return node;
  const found = Array.isArray(node)
    ? "START_ARRAY"
    : typeof node === "object"
      ? "START_OBJECT"
      : `${(typeof node).toUpperCase()}_VALUE`;
  throw new WrongType(`${found} cannot be converted to ${wanted}`);
}
function parseDate(text: string): Date {
  const date = /^-?\d+(\.\d+)?$/.test(text) ? new Date(Number(text) * 1000) : new Date(text);
  if (Number.isNaN(date.getTime())) throw new WrongType(`${text} is not a valid timestamp`);
  return date;
}
