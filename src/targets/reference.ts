import { z } from "zod";
import { presetsAsMarkdown } from "./presets/reference.ts";
import { configurationSchema } from "./schema.ts";

type Schema = {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  default?: unknown;
  description?: string;
  $ref?: string;
  $defs?: Record<string, Schema>;
  minimum?: number;
  maximum?: number;
};
type Row = { path: string; value: string; given: string; description: string };

/** Every key of intermission.yml, from the schema that reads it, and what the presets fill in. */
export function optionsAsMarkdown(): string {
  const schema = z.toJSONSchema(configurationSchema, { io: "input" }) as Schema;
  return [
    ...tableOf(rowsOf(schema, "")),
    ...Object.entries(schema.$defs ?? {}).flatMap(([name, definition]) => [
      `### ${name}\n`,
      `${definition.description ?? ""}.\n`,
      ...tableOf(rowsOf(definition, "")),
    ]),
    presetsAsMarkdown(),
  ].join("\n");
}

const tableOf = (rows: Row[]): string[] => [
  "| key | value | default | meaning |",
  "|---|---|---|---|",
  ...rows.map((row) => `| \`${row.path}\` | ${row.value} | ${row.given} | ${row.description} |`),
  "",
];

function rowsOf(schema: Schema, path: string): Row[] {
  const members = Object.entries(schema.properties ?? {}).flatMap(([key, member]) => {
    const at = path === "" ? key : `${path}.${key}`;
    const row = {
      path: at,
      value: kindOf(member),
      given: givenOf(member, schema.required?.includes(key) ?? false),
      description: cell(member.description ?? ""),
    };
    return [row, ...rowsOf(member, at)];
  });
  const branches = (schema.anyOf ?? []).flatMap((branch) => rowsOf(branch, path));
  const entries = schema.items ? rowsOf(schema.items, `${path}[]`) : [];
  const named =
    typeof schema.additionalProperties === "object" ? rowsOf(schema.additionalProperties, `${path}.<name>`) : [];
  return [...members, ...branches, ...entries, ...named];
}

/** What several keys take alike is described once, under its own heading. */
const linkTo = (definition: string): string => `[${definition}](#${definition})`;
const code = (value: unknown): string => `\`${cell(typeof value === "string" ? value : JSON.stringify(value))}\``;
const cell = (text: string): string => text.replaceAll("|", "\\|");

function givenOf(schema: Schema, required: boolean): string {
  if (schema.default !== undefined) {
    const isEmpty = typeof schema.default === "object" && Object.keys(schema.default ?? {}).length === 0;
    return isEmpty ? "" : code(schema.default);
  }
  return required ? "**required**" : "optional";
}

function kindOf(schema: Schema): string {
  if (schema.$ref) return linkTo(schema.$ref.replace("#/$defs/", ""));
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum) return schema.enum.map(code).join(", ");
  if (schema.anyOf) return schema.anyOf.map(kindOf).join(" or ");
  if (schema.items) return `list, each ${kindOf(schema.items)}`;
  if (schema.properties || schema.additionalProperties) return "map";
  const type = [schema.type ?? "anything"]
    .flat()
    .map((each) => (each === "integer" ? "whole number" : each === "string" ? "text" : each))
    .join(" or ");
  const { minimum, maximum } = schema;
  const isBounded = minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  return isBounded ? `${type} from ${minimum} to ${maximum}` : type;
}
