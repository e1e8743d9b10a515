/** What one address answered in one look: nothing wrong, or what. */
export type Answer = { of: string; wrong?: string };

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
export async function answerOf(of: string, ask: () => Promise<string | undefined>): Promise<Answer> {
  try {
    return { of, wrong: await ask() };
  } catch (error) {
    return { of, wrong: String(error) };
  }
}
