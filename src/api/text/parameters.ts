import { hanging } from "./wrap.ts";

const LONGEST = 160;
const SHORTENED = 60;

/** What a call is given, a member a line: compact, without quotes, with long texts shortened. The plan as JSON has them in full. */
export const parametersAsText = (parameters: Record<string, unknown>, indent: string): string[] =>
  Object.entries(parameters).flatMap(([name, value]) =>
    hanging(`${indent}${name}: `, inline(value), indent.length + 4),
  );

function inline(value: unknown): string {
  if (typeof value === "string") return inlineText(value);
  if (arePairs(value))
    return value
      .map(({ Key, key, name, Value, value: text }) => `${Key ?? key ?? name}=${inlineText(Value ?? text ?? "")}`)
      .join(", ");
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const members = Object.entries(value).map(([name, member]) => `${name}: ${inline(member)}`);
  return `{ ${members.join(", ")} }`;
}

/** Account and region are the target's: of an ARN what comes after them is left. */
function inlineText(text: string): string {
  const short = text.replace(/^arn:[^:]*:[^:]*:[^:]*:\d*:/, "");
  const line = short.replace(/\s+/g, " ");
  return line.length > LONGEST ? `${line.slice(0, SHORTENED)}… (${short.length} characters)` : line;
}

type Pair = { Key?: string; key?: string; name?: string; Value?: string; value?: string };
const PAIRS = ["key value", "name value"];

/** Tags and environments. */
const arePairs = (value: unknown): value is Pair[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((each: unknown) => PAIRS.includes(Object.keys(Object(each)).join(" ").toLowerCase()));
