import type { Scenario } from "../scenario.ts";
import { wrongWithScenario } from "../scenario-schema.ts";

/** The history that a file holds, or everything that makes it none. */
export function replayed(
  file: string,
  readFile: (path: string) => string,
): { scenario: Scenario } | { problems: string[] } {
  let input: unknown;
  try {
    input = JSON.parse(readFile(file));
  } catch (error) {
    return { problems: [`--replay: expected a history as JSON in ${file}, found ${(error as Error).message}`] };
  }
  const problems = wrongWithScenario(input).map(
    ({ path, expected, found, hint }) =>
      `${file}: ${path.join(".")}: expected ${expected}, found ${found}${hint ? `; ${hint}` : ""}`,
  );
  return problems.length > 0 ? { problems } : { scenario: input as Scenario };
}
