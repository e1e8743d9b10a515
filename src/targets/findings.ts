import { z } from "zod";
import { didYouMean } from "./did-you-mean.ts";

type Path = (string | number)[];
type Issue = z.core.$ZodIssue;

/** One thing wrong with an input: where, what was expected there and what was found. */
export type Finding = { path: Path; expected: string; found: string; hint?: string };

/** Everything that is wrong with `input` by `schema`, in the words of expected and found. Empty where it is valid. */
export function findings(schema: z.ZodType, input: unknown): Finding[] {
  const parsed = schema.safeParse(input);
  return parsed.success ? [] : parsed.error.issues.flatMap((issue) => describe({ issue, schema, input, above: [] }));
}

/** The same for an error that a parse has answered already. */
export function findingsOf(error: z.core.$ZodError, schema: z.ZodType, input: unknown): Finding[] {
  return error.issues.flatMap((issue) => describe({ issue, schema, input, above: [] }));
}

type Context = { issue: Issue; schema: z.ZodType; input: unknown; above: Path };

function describe({ issue, schema, input, above }: Context): Finding[] {
  const path = [...above, ...issue.path.map((part) => (typeof part === "symbol" ? String(part) : part))];
  const value = at(input, path);
  const found = inWords(value);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey({ key, path, known: keysAt(schema, path) }));
    case "invalid_union":
      return unionFindings({ issue, schema, input, path });
    case "invalid_key":
      return [
        { path, expected: issue.issues[0]?.message.replace(/^expected /, "") ?? "another key", found: "this key" },
      ];
    case "invalid_type": {
      const quoted = issue.expected === "string" && (typeof value === "number" || typeof value === "boolean");
      return [{ path, expected: article(issue.expected), found, ...(quoted && { hint: `write it as "${value}"` }) }];
    }
    case "invalid_value": {
      const values = issue.values.map(String);
      const meant = typeof value === "string" ? didYouMean(value, values) : undefined;
      const expected =
        values.length === 1
          ? JSON.stringify(values[0])
          : `one of ${values.map((each) => JSON.stringify(each)).join(", ")}`;
      return [{ path, expected, found, ...(meant && { hint: `did you mean "${meant}"?` }) }];
    }
    case "too_small":
      return [
        {
          path,
          expected: `${issue.exact ? "exactly" : "at least"} ${issue.minimum}${unit(issue.origin, issue.minimum)}`,
          found,
        },
      ];
    case "too_big":
      return [{ path, expected: `at most ${issue.maximum}${unit(issue.origin, issue.maximum)}`, found }];
    case "not_multiple_of":
      return [{ path, expected: `a multiple of ${issue.divisor}`, found }];
    case "invalid_format":
      return [{ path, expected: formatInWords(issue), found }];
    case "invalid_element":
    case "custom":
      return [{ path, expected: issue.message.replace(/^expected /, ""), found }];
  }
}

function unknownKey({ key, path, known }: { key: string; path: Path; known: string[] }): Finding {
  const meant = didYouMean(key, known);
  return {
    path: [...path, key],
    expected: known.length > 0 ? `one of the keys ${known.join(", ")}` : "no keys here",
    found: `unknown key "${shortened(key)}"`,
    ...(meant && { hint: `did you mean "${meant}"?` }),
  };
}

/** The findings of the branch that the writer meant: the one that got furthest into the value. */
function unionFindings(context: {
  issue: z.core.$ZodIssueInvalidUnion;
  schema: z.ZodType;
  input: unknown;
  path: Path;
}): Finding[] {
  const { issue, schema, input, path } = context;
  const found = inWords(at(input, path));
  if (issue.errors.length === 0) {
    const values = issue.discriminator ? discriminatorValues(schema, path, issue.discriminator) : [];
    const expected =
      values.length > 0 ? `one of ${values.map((each) => JSON.stringify(each)).join(", ")}` : "another value";
    return [{ path, expected, found }];
  }
  const entered = issue.errors.find((branch) =>
    branch.every((each) => each.path.length > 0 || each.code === "unrecognized_keys"),
  );
  if (entered) return entered.flatMap((each) => describe({ issue: each, schema, input, above: path }));
  const flat = issue.errors.flatMap((branch) =>
    branch.flatMap((each) => describe({ issue: each, schema, input, above: path })),
  );
  return [{ path, expected: [...new Set(flat.map((each) => each.expected))].join(" or "), found }];
}

const FORMATS: Record<string, string> = { url: "an http or https URL", datetime: "an ISO 8601 time in UTC" };
function formatInWords(issue: z.core.$ZodIssueInvalidStringFormat): string {
  if (issue.message.startsWith("expected ")) return issue.message.slice("expected ".length);
  if (issue.format === "starts_with" && "prefix" in issue)
    return `a text that begins with ${JSON.stringify(issue.prefix)}`;
  if (issue.format === "regex") return `a text that matches ${issue.pattern}`;
  return FORMATS[issue.format] ?? `the format ${issue.format}`;
}

function unit(origin: string, count: number | bigint): string {
  if (origin === "string") return Number(count) === 1 ? " character" : " characters";
  if (origin === "array" || origin === "set") return Number(count) === 1 ? " entry" : " entries";
  return "";
}
const ARTICLES: Record<string, string> = {
  object: "a map of keys",
  record: "a map of keys",
  array: "a list",
  int: "a whole number",
  string: "a text",
  boolean: "true or false",
};
const article = (type: string): string => ARTICLES[type] ?? `a ${type}`;

const LONGEST_QUOTE = 80;
/** Nobody reads more of it, and half a character at the end would be none. */
const shortened = (text: string): string =>
  text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE - 3).toWellFormed()}…` : text;

function inWords(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "nothing (null)";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (typeof value === "object") return "a map of keys";
  const text = JSON.stringify(value) ?? typeof value;
  const short = shortened(text);
  return typeof value === "string" ? short : `${short} (${typeof value})`;
}

function at(input: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, part)
        ? (value as Record<string | number, unknown>)[part]
        : undefined,
    input,
  );
}

/** The keys that a schema knows at a path, of every branch where it forks. */
function keysAt(schema: z.ZodType, path: Path): string[] {
  const keys = descend(schema, path).flatMap((each) => (each instanceof z.ZodObject ? Object.keys(each.shape) : []));
  return [...new Set(keys)];
}

function discriminatorValues(schema: z.ZodType, path: Path, discriminator: string): string[] {
  return descend(schema, path.at(-1) === discriminator ? path.slice(0, -1) : path).flatMap((each) => {
    const member: unknown = each instanceof z.ZodObject ? each.shape[discriminator] : undefined;
    return member instanceof z.ZodLiteral ? [...member.values].map(String) : [];
  });
}

function descend(schema: z.ZodType, path: Path): z.ZodType[] {
  return path.reduce<z.ZodType[]>(
    (schemas, part) =>
      schemas.flatMap((each): z.ZodType[] => {
        if (each instanceof z.ZodObject) return branches(each.shape[part] as z.ZodType | undefined);
        if (each instanceof z.ZodRecord) return branches(each.valueType as z.ZodType);
        if (each instanceof z.ZodArray) return branches(each.element as z.ZodType);
        return [];
      }),
    branches(schema),
  );
}

/** What a schema is below its wrappers; several where it is a union. */
function branches(schema: z.ZodType | undefined): z.ZodType[] {
  if (!schema) return [];
  if (schema instanceof z.ZodUnion || schema instanceof z.ZodDiscriminatedUnion)
    return schema.options.flatMap((option) => branches(option as z.ZodType));
  if (schema instanceof z.ZodPipe) return branches(schema.in as z.ZodType);
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  )
    return branches(schema.unwrap() as z.ZodType);
  return [schema];
}
