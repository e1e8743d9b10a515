import { z } from "zod";
import { auditEventSchema } from "./audit-event.ts";

type Schema = {
  type?: string;
  const?: string;
  enum?: string[];
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
};

/** Every field of an audit line, from the schema that the lines are held to. */
export function auditAsMarkdown(): string {
  const schema = z.toJSONSchema(auditEventSchema) as Schema;
  return ["| field | value | there | meaning |", "|---|---|---|---|", ...rowsOf(schema, ""), ""].join("\n");
}

function rowsOf({ properties = {}, required = [] }: Schema, prefix: string): string[] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const there = required.includes(name) ? "always" : "where known";
    return [`| \`${path}\` | ${kindOf(field)} | ${there} | ${field.description ?? ""} |`, ...rowsOf(field, `${path}.`)];
  });
}

const kindOf = ({ type, const: only, enum: values }: Schema): string => {
  if (only !== undefined) return `\`${only}\``;
  if (values) return values.map((value) => `\`${value}\``).join(", ");
  return type === "object" ? "map" : type === "integer" ? "whole number" : "text";
};
