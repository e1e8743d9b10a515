import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Document, LineCounter, type ParsedNode, parseDocument } from "yaml";
import { brokenRules } from "./configuration-rules.ts";
import { type Finding, findings } from "./findings.ts";
import { type ReadNamed, withPageFiles } from "./page-files.ts";
import { type Configuration, configurationSchema } from "./schema.ts";

/** One thing wrong with intermission.yml. `path` is written as people write it: `targets.crm.services[0].name`. */
export type ConfigurationProblem = { path: string; line?: number; expected: string; found: string; hint?: string };

/** The file cannot be used. Carries every problem at once, so that one look is enough to mend it. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly fileName: string;
  readonly problems: ConfigurationProblem[];
  constructor(fileName: string, problems: ConfigurationProblem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super([`${fileName} has ${count}:`, ...problems.map((problem) => `  ${inOneLine(fileName, problem)}`)].join("\n"));
    this.fileName = fileName;
    this.problems = problems;
  }
}

/** Reads intermission.yml, and by default the files that it names in its folder. Throws a ConfigurationError that names every problem in it. */
export function parseConfiguration(
  text: string,
  fileName: string,
  { readNamed = (path) => readFileSync(resolve(dirname(fileName), path), "utf8") }: { readNamed?: ReadNamed } = {},
): Configuration {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  if (document.errors.length > 0) {
    throw new ConfigurationError(
      fileName,
      document.errors.map((error) => ({
        path: "",
        line: lines.linePos(error.pos[0]).line,
        expected: "YAML",
        found: error.message.trim(),
      })),
    );
  }
  const { raw, wrong: unreadable } = withPageFiles(readAsValues(document, fileName), readNamed);
  const wrong = [...unreadable, ...findings(configurationSchema, raw), ...rulesBroken(raw)];
  if (wrong.length > 0) {
    const problems = wrong.map((finding) => problemOf(finding, document, lines));
    throw new ConfigurationError(
      fileName,
      problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    );
  }
  const { targets, deployment } = configurationSchema.parse(raw);
  return {
    targets: new Map(Object.entries(targets).map(([name, target]) => [name, { ...target, name }])),
    ...(deployment && { deployment }),
  };
}

function readAsValues(document: Document.Parsed, fileName: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // An alias without its anchor, or too many of them, is only noticed here.
    throw new ConfigurationError(fileName, [{ path: "", expected: "YAML", found: (error as Error).message }]);
  }
}

function rulesBroken(raw: unknown): Finding[] {
  const targets = typeof raw === "object" && raw !== null && "targets" in raw ? raw.targets : undefined;
  if (typeof targets !== "object" || targets === null) return [];
  return Object.entries(targets).flatMap(([name, target]) => brokenRules(name, target));
}

function problemOf(finding: Finding, document: Document.Parsed, lines: LineCounter): ConfigurationProblem {
  const { path, expected, found, hint } = finding;
  const line = lineOf(path, document, lines);
  return { path: written(path), ...(line && { line }), expected, found, ...(hint && { hint }) };
}

/** The line of the key that the path ends in, or of the nearest thing above it that exists. */
function lineOf(path: Finding["path"], document: Document.Parsed, lines: LineCounter): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const offset = offsetOf(parent, path[length - 1]);
    if (offset !== undefined) return lines.linePos(offset).line;
  }
  return document.contents ? lines.linePos(document.contents.range[0]).line : undefined;
}

function offsetOf(parent: unknown, key: string | number | undefined): number | undefined {
  if (typeof parent !== "object" || parent === null || !("items" in parent) || !Array.isArray(parent.items)) return;
  const items = parent.items as (ParsedNode | { key: ParsedNode & { value?: unknown } })[];
  if (typeof key === "number") {
    const item = items[key];
    return item && "range" in item ? item.range[0] : undefined;
  }
  return key === undefined ? undefined : offsetsIn(items).get(key);
}

/** Every key of a map with where it stands, once a map: a file of ten thousand misspelt keys has as many problems. */
function offsetsIn(items: readonly (ParsedNode | { key: ParsedNode & { value?: unknown } })[]): Map<string, number> {
  const known = offsetsOf.get(items);
  if (known) return known;
  const offsets = new Map<string, number>();
  for (const item of items)
    if ("key" in item && item.key && "value" in item.key && !offsets.has(String(item.key.value)))
      offsets.set(String(item.key.value), item.key.range[0]);
  offsetsOf.set(items, offsets);
  return offsets;
}
const offsetsOf = new WeakMap<object, Map<string, number>>();

const written = (path: Finding["path"]): string =>
  path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`),
    "",
  );

const inOneLine = (fileName: string, { path, line, expected, found, hint }: ConfigurationProblem): string =>
  `${fileName}${line ? `:${line}` : ""} ${path ? `${path}: ` : ""}expected ${expected}, found ${found}${hint ? ` (${hint})` : ""}`;
