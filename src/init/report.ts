import { nameOfDatabase } from "../procedures/database.ts";
import { placeOf } from "../procedures/resources-of.ts";
import { ConfigurationError, type ConfigurationProblem, parseConfiguration } from "../targets/configuration.ts";
import { type Found, isFound } from "./found.ts";
import type { InitProblem } from "./init-problem.ts";
import type { Difference } from "./refresh.ts";

/** What is left to a person in a file. `undecided` keeps the file from being used; `later` are lines that only a comment speaks of. */
export type Decisions = { undecided: ConfigurationProblem[]; later: { line: number; what: string }[] };

/** Of one target, and of the deployment. Page files are not looked for: they are no part of what is written here. */
export function decisionsIn(text: string, fileName: string, name: string): Decisions {
  const lines = text.split("\n");
  const isOurs = ({ path }: ConfigurationProblem) =>
    path.startsWith(`targets.${name}`) || path.startsWith("deployment");
  return {
    undecided: problemsOf(text, fileName).filter(isOurs),
    later: lines.flatMap((line, index) => {
      const [, what] = /^\s*# DECIDE (.*)$/.exec(line) ?? /^\s*# DECIDE: (.*)$/.exec(line) ?? [];
      return what && !/^marks /.test(what) ? [{ line: index + 1, what: what.split(/[.:] /)[0]! }] : [];
    }),
  };
}

function problemsOf(text: string, fileName: string): ConfigurationProblem[] {
  try {
    parseConfiguration(text, fileName);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

export function writtenAsText(
  found: Found,
  decisions: Decisions,
  { out, written }: { out: string; written: boolean },
): string {
  const place = placeOf(found.services);
  const { undecided, later } = decisions;
  return [
    `${written ? `${out} has the target` : "It would have the target"} ${found.name}.`,
    "",
    "Found",
    row("where", `account ${place.account}, ${place.region}, cluster ${found.cluster}`),
    ...found.services.map(({ service, container, image }) =>
      row("service", `${service.name}, container ${container}, ${image}`),
    ),
    row("application", `${found.app.value}: ${found.app.because}`),
    row("url", isFound(found.url) ? found.url.value : "not found"),
    row("database", databaseInWords(found)),
    ...found.unread.map((what) => row("not read", what)),
    ...(undecided.length
      ? [
          "",
          `To decide before ${out} can be used`,
          ...undecided.map(({ path, line, expected }) => `  ${out}:${line ?? "?"} ${path}: expected ${expected}`),
        ]
      : []),
    ...(later.length
      ? ["", "To decide before the first operation", ...later.map(({ line, what }) => `  ${out}:${line} ${what}`)]
      : []),
    "",
    undecided.length
      ? "Next: decide these lines; `npm run init -- --refresh`; then `npm run synth` shows what would be deployed."
      : "Next: read the comments, decide, and `npm run synth` shows what would be deployed.",
  ].join("\n");
}

const row = (name: string, what: string) => `  ${name.padEnd(12)} ${what}`;

function databaseInWords({ database }: Found): string {
  if (!isFound(database)) return "not found";
  return database.value === "none" ? "none" : nameOfDatabase(database.value);
}

export const writtenAsJson = (
  found: Found,
  decisions: Decisions,
  outcome: { out: string; written: boolean; text?: string },
) => ({
  file: outcome.out,
  written: outcome.written,
  target: found.name,
  found: {
    ...placeOf(found.services),
    cluster: found.cluster,
    services: found.services.map(({ service, container, image }) => ({ name: service.name, container, image })),
    app: found.app.value,
    url: isFound(found.url) ? found.url.value : null,
    database: isFound(found.database) ? databaseInWords(found) : null,
    resources: found.resources,
  },
  unread: found.unread,
  ...decisions,
  ...(outcome.text !== undefined && { text: outcome.text }),
});

export const problemsAsText = (problems: InitProblem[]): string =>
  problems
    .map(
      ({ about, expected, found, next }) =>
        `${about}\n  expected  ${expected}\n  found     ${found}\n  next      ${next}`,
    )
    .join("\n");

export const differencesAsText = (differences: Difference[]): string =>
  differences
    .flatMap(({ target, member, added, removed }) => [
      `targets.${target}.resources.${member}`,
      ...removed.map((each) => `  - ${each}`),
      ...added.map((each) => `  + ${each}`),
    ])
    .join("\n");
