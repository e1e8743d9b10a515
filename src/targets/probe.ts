import type { HttpAnswer } from "./http.ts";
import { member, memberOf } from "./json-path.ts";
import type { Condition, Inventory, Match, Probes, VersionProbe } from "./probes-schema.ts";

/** What an answer of the ready probe means. `trigger`: the application waits to be told to migrate. */
export type Verdict = { kind: "ready" } | { kind: "not-yet" | "fatal" | "trigger"; seen: string };

export function judge(probes: Probes, answer: HttpAnswer): Verdict {
  const { ready, fatal, progress, trigger } = probes;
  if (matches(ready.match, answer)) return { kind: "ready" };
  if (fatal.some((match) => matches(match, answer))) return { kind: "fatal", seen: inWords(answer, probes, "whole") };
  const seen = inWords(answer, probes, "short");
  if (trigger && matches(trigger.when, answer)) return { kind: "trigger", seen };
  const isKnown = progress?.match?.some((match) => matches(match, answer)) ?? true;
  return { kind: "not-yet", seen: isKnown ? seen : `${seen}, which is unexpected` };
}

export function matches(match: Match, answer: HttpAnswer): boolean {
  const { any, ...condition } = match;
  return holds(condition, answer) && (any === undefined || any.some((each) => holds(each, answer)));
}

function holds(condition: Condition, { status, headers, body }: HttpAnswer): boolean {
  const { json = [], header } = condition;
  return (
    (condition.status?.includes(status) ?? true) &&
    (condition.body === undefined || body.trim() === condition.body) &&
    (condition.pattern === undefined || new RegExp(condition.pattern).test(body)) &&
    [json].flat().every((test) => isAsTested(member(body, test.path), test)) &&
    (header === undefined || isAsTested(headers[header.name.toLowerCase()], header))
  );
}

type ValueTest = { equals?: unknown; in?: unknown[]; pattern?: string };
function isAsTested(value: unknown, test: ValueTest): boolean {
  if (value === undefined) return false;
  return (
    (test.equals === undefined || value === test.equals) &&
    (test.in?.includes(value) ?? true) &&
    (test.pattern === undefined || new RegExp(test.pattern).test(textOf(value)))
  );
}

/** The version that an answer reports; undefined where it reports none. */
export function versionIn({ json, header, pattern }: VersionProbe, { headers, body }: HttpAnswer): string | undefined {
  const value = header ? headers[header.toLowerCase()] : json ? member(body, json) : body;
  if (value === undefined || value === null) return undefined;
  if (pattern === undefined) return textOf(value);
  const found = new RegExp(pattern).exec(textOf(value));
  return found ? (found[1] ?? found[0]) : undefined;
}

/** The names that an answer lists, in order and once each; undefined where it has no such list. */
export function namesIn({ items, name }: Inventory, { status, body }: HttpAnswer): string[] | undefined {
  const list = status < 300 ? member(body, items) : undefined;
  if (!Array.isArray(list)) return undefined;
  const names = list.map((item) => (name === undefined ? item : memberOf(item, name)) as unknown);
  return [...new Set(names.filter((each) => typeof each === "string"))].toSorted();
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const SHOWN_CHARACTERS = 160;
const shortened = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line;
};

/** An answer as people read it: the members that tell how far it is, a page by its name, anything else shortened. */
function inWords({ status, headers, body }: HttpAnswer, { progress }: Probes, length: "short" | "whole"): string {
  const [first, ...further] = [progress?.json ?? []].flat().flatMap((path) => {
    const value = member(body, path);
    return value === undefined || value === null || textOf(value).trim() === "" ? [] : [shortened(textOf(value))];
  });
  if (first !== undefined)
    return `${status} ${first}${length === "whole" && further.length ? ` (${further.join(", ")})` : ""}`;
  const isPage = /html/.test(headers["content-type"] ?? "") || /^\s*<(!doctype|html)/i.test(body);
  if (isPage) return `${status} (an HTML page)`;
  return [status, shortened(body)].join(" ").trim();
}
