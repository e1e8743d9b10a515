import { problemTypes } from "./problem.ts";

/** docs/problems.md: the table of problems, for people. */
export function problemsAsMarkdown(): string {
  const sections = Object.entries(problemTypes).map(
    ([code, { status, title, fix }]) => `## ${code}\n\n**${status}** ${title}.\n\n${fix}\n`,
  );
  return [
    "# Problems\n",
    "The API answers every error with a problem document (RFC 9457, `application/problem+json`). Programs compare `code`, which never",
    "changes its meaning; `type` leads to the same section of the API's own `/docs`. A failed operation is not a failed request: it is",
    "answered with 200 and says what happened in its `problem`.\n",
    "<!-- Generated from src/api/problem.ts by scripts/openapi.ts -->\n",
    sections.join("\n"),
  ].join("\n");
}
