import { matchesWildcard } from "./wildcard.ts";

/** Partition, service, region, account and the rest: the first five parts are compared each for itself, so no `*` reaches into the next. */
const PARTS = 6;

/** Undefined where the text is no ARN. */
export function splitArn(text: string): string[] | undefined {
  const parts = text.split(":");
  if (parts[0] !== "arn" || parts.length < PARTS) return undefined;
  return [...parts.slice(0, PARTS - 1), parts.slice(PARTS - 1).join(":")];
}

/** Whether an ARN matches a pattern with wildcards. What is judged without a resource is `*`, which nothing but `*` matches. */
export function arnMatcher(pattern: string): (text: string) => boolean {
  if (pattern === "*") return () => true;
  const wanted = splitArn(pattern);
  if (!wanted) return () => false;
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  return (text) => {
    const parts = splitArn(text);
    return parts !== undefined && wanted.every((part, i) => matchesWildcard(parts[i] ?? "", part));
  };
}
