import { type Format, parseDate, WrongType } from "./decode.ts";

/** Text: query-string leaves, and the headers, labels and query parameters of REST requests. */
export const textFormat: Format = {
  member() {
    throw new WrongType("a structure cannot be written as text");
  },
  entries() {
    throw new WrongType("a map cannot be written as text");
  },
  items: (node) => (Array.isArray(node) ? node : String(node).split(/\s*,\s*/)),
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
