import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { ConfigurationError, parseConfiguration } from "../../targets/configuration.ts";
import { type Finding, findings } from "../../targets/findings.ts";
import { type PlaceholderValues, placeholderProblems, replacePlaceholders } from "./placeholders.ts";
import { brokenReferences, type KnownNames, knownNames } from "./references.ts";
import { type Seed, seedSchema } from "./schema.ts";

/** A seed that can be used: every name in it names something. */
export type LoadedSeed = Seed & {
  /** What relative paths begin at. */
  directory: string;
  /** The text of intermission.yml, placeholders still in it. */
  targets?: TargetsText;
};
type TargetsText = { text: string; fileName: string };
type Origin = { fileName: string; directory: string };

/** The seed cannot be used. Carries every problem at once. */
export class SeedError extends Error {
  override readonly name = "SeedError";
  readonly problems: string[];
  constructor(fileName: string, problems: string[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super([`${fileName} has ${count}:`, ...problems.map((problem) => `  ${problem}`)].join("\n"));
    this.problems = problems;
  }
}

/** Reads sandbox.yml and the intermission.yml that it names. Throws a SeedError. */
export async function loadSeed(file: string): Promise<LoadedSeed> {
  const text = await readFile(file, "utf8").catch((error: Error) => {
    throw new SeedError(file, [error.message]);
  });
  return parseSeed(text, { fileName: file, directory: dirname(resolve(file)) });
}

/** Throws a SeedError. */
export async function parseSeed(text: string, origin: Origin): Promise<LoadedSeed> {
  const raw = readYaml(text, origin);
  const wrong = findings(seedSchema, raw);
  const known = knownNames(raw);
  const seed = seedSchema.parse(wrong.length > 0 ? without(raw, wrong) : raw);
  const problems = [...wrong, ...brokenReferences(seed, known)].map(inOneLine);
  let targets: TargetsText | undefined;
  try {
    targets = await readTargets(seed.intermission, origin);
    if (targets) problems.push(...problemsOfTargets(targets, known));
  } catch (error) {
    problems.push(`intermission: expected a file that can be read: ${(error as Error).message}`);
  }
  if (problems.length > 0) throw new SeedError(origin.fileName, problems);
  return { ...seed, directory: origin.directory, ...(targets && { targets }) };
}

function readYaml(text: string, { fileName }: Origin): unknown {
  try {
    return parse(text, { merge: true }) ?? {};
  } catch (error) {
    throw new SeedError(fileName, [(error as Error).message.trim()]);
  }
}

/** The file without the entries that are wrong in themselves, so that the rest can be judged in the same look. */
function without(raw: unknown, wrong: Finding[]): unknown {
  const paths = wrong.map(({ path }) => path);
  if (paths.some((path) => path.length === 0)) return {};
  const left = structuredClone(raw) as Record<string, unknown>;
  for (const [section = "", entry] of paths) {
    const entries = left[section];
    if (typeof entry === "string" && typeof entries === "object" && entries !== null)
      delete (entries as Record<string, unknown>)[entry];
    else delete left[section];
  }
  return left;
}

async function readTargets(
  intermission: Seed["intermission"],
  { fileName, directory }: Origin,
): Promise<TargetsText | undefined> {
  if (intermission === undefined) return undefined;
  if (typeof intermission !== "string") return { text: stringify(intermission), fileName };
  const file = resolve(directory, intermission);
  return { text: await readFile(file, "utf8"), fileName: file };
}

function problemsOfTargets({ text, fileName }: TargetsText, known: KnownNames): string[] {
  const unknown = placeholderProblems(text, known);
  if (unknown.length > 0)
    return unknown.map(({ expected, found }) => `${fileName}: expected ${expected}, found ${found}`);
  try {
    parseConfiguration(replacePlaceholders(text, examples(known)), fileName);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
}

/** Stand-ins of the right form, so that the file is judged before anything exists. */
function examples({ databases, loadBalancers }: KnownNames): PlaceholderValues {
  const database = { address: "127.0.0.1", port: "5432", username: "u", password: "p", databaseName: "d" };
  const loadBalancer = { url: "http://lb.example.com", dnsName: "lb.example.com", port: "80" };
  return {
    database: Object.fromEntries(databases.map((name) => [name, { ...database, url: "postgres://u:p@127.0.0.1/d" }])),
    loadBalancer: Object.fromEntries(loadBalancers.map((name) => [name, loadBalancer])),
  };
}

const inOneLine = ({ path, expected, found, hint }: Finding): string => {
  const written = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("");
  return `${written.replace(/^\./, "")}: expected ${expected}, found ${found}${hint ? ` (${hint})` : ""}`;
};
