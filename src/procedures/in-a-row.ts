import { Unreached, type UnreachedKind } from "../targets/unreached.ts";

/** Why an answer is wrong, as far as that decides what to do about it. */
export type Cause = UnreachedKind | "firewall" | "redirect" | "not-ready";
/** `failed`: the application itself says that it will never be ready. */
export type Wrong = { wrong: string; cause?: Cause; failed?: boolean };
/** What one address answered in one look: nothing wrong, or what. */
export type Answer = { of: string } & Partial<Wrong>;

/**
 * Counts how often in a row each has answered well. Whoever appears later begins at nothing, and whoever answers badly, or not at all,
 * begins anew: a mixture of good answers of several proves nothing about any. Answers what is missing; undefined once nothing is.
 */
export function inARow(needed: number): (answers: Answer[]) => string | undefined {
  const counts = new Map<string, number>();
  return (answers) => {
    if (answers.length === 0) return "no address to ask";
    for (const { of, wrong } of answers) counts.set(of, wrong === undefined ? (counts.get(of) ?? 0) + 1 : 0);
    const bad = answers.find(({ wrong }) => wrong !== undefined);
    if (bad) return `${bad.of}: ${bad.wrong}`;
    const fewest = Math.min(...answers.map(({ of }) => counts.get(of)!));
    return fewest < needed ? `as expected ${fewest} times in a row` : undefined;
  };
}

/** What is wrong according to `ask`; an error is an answer too: there was none. */
export async function answerOf(of: string, ask: () => Promise<Wrong | undefined>): Promise<Answer> {
  try {
    return { of, ...(await ask()) };
  } catch (error) {
    const wrong = error instanceof Error ? error.message : String(error);
    return { of, wrong, ...(error instanceof Unreached && { cause: error.kind }) };
  }
}
