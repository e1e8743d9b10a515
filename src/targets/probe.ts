import type { HttpAnswer } from "./http.ts";
import type { Match, Probes } from "./probes-schema.ts";

/** What an answer of the ready probe means. */
export type Verdict = { kind: "ready" } | { kind: "not-yet"; seen: string } | { kind: "fatal"; seen: string };

export function judge(probes: Probes, answer: HttpAnswer): Verdict {
  if (matches(probes.ready.match, answer)) return { kind: "ready" };
  const seen = describe(answer, probes.progress?.json);
  return probes.fatal.some((match) => matches(match, answer)) ? { kind: "fatal", seen } : { kind: "not-yet", seen };
}

export function matches(match: Match, { status, body }: HttpAnswer): boolean {
  if (match.status && !match.status.includes(status)) return false;
  if (match.body !== undefined && body.trim() !== match.body) return false;
  if (!match.json) return true;
  const value = member(body, match.json.path);
  if (value === undefined) return false;
  if (match.json.in && !match.json.in.includes(value as string)) return false;
  return match.json.pattern === undefined || new RegExp(match.json.pattern).test(textOf(value));
}

/** The member of a JSON body at a dotted path; undefined where the body is no JSON or has no such member. */
export function member(body: string, path: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

function describe({ status, headers, body }: HttpAnswer, progressPath: string | undefined): string {
  const progress = progressPath && member(body, progressPath);
  const isPage = /html/.test(headers["content-type"] ?? "") || /^\s*</.test(body);
  const text = typeof progress === "string" && progress ? progress : isPage ? "" : body.replace(/\s+/g, " ").trim();
  return text ? `${status} ${text.slice(0, 200)}` : String(status);
}
