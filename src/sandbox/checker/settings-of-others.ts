import type { Story } from "./story.ts";

type Setting = {
  operation: string;
  /** What the call names it by: an identifier or an ARN, as it stands in the parameters. */
  resource: string;
  /** A member of the parameters, at any depth, or an attribute's key. */
  member: string;
};

/**
 * The last call that said anything of this setting since the operation was requested was somebody else's: what they have said stays. A call of
 * the runbook after theirs would have had to put back what was there before.
 */
export function wasSetByOthers(
  { events, moments, scenario }: Story,
  { operation, resource, member }: Setting,
): boolean {
  const last = events.findLast(
    (event) =>
      event.kind === "call" &&
      event.outcome === "ok" &&
      event.at >= moments.requestedAt &&
      event.operation === operation &&
      mentions(event.parameters, resource) &&
      mentions(event.parameters, member),
  );
  return last?.kind === "call" && !last.caller.includes(scenario.runbookCaller);
}

/** Somewhere among the names and the texts. */
function mentions(value: unknown, text: string): boolean {
  if (typeof value !== "object" || value === null) return value === text;
  return Object.entries(value).some(([name, child]) => (name === text && child !== undefined) || mentions(child, text));
}
