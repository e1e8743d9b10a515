import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { ConfigurationError, parseConfiguration } from "../../src/targets/configuration.ts";
import { json, mutated, mutationOf, type Path, placesIn, text } from "./anything.ts";
import { runs, samples, timeout } from "./search.ts";

const example = parse(readFileSync("examples/intermission.production.yml", "utf8")) as object;
const SECRET = "canary-that-nobody-is-told";
const secretive = { origin: { headers: { "X-Origin-Verify": SECRET } } };
const page = readFileSync("examples/pages/portal.html", "utf8");
const readNamed = () => page;

/** Undefined where it is valid. Fails where it is neither that nor one error that says everything. */
function problemsOf(file: string): ConfigurationError["problems"] | undefined {
  try {
    expect(parseConfiguration(file, "intermission.yml", { readNamed }).targets.size).toBeGreaterThan(0);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    expect(error.problems.length).toBeGreaterThan(0);
    for (const { expected, found } of error.problems) expect([expected, found]).not.toContain("");
    expect(error.message).toMatch(/^intermission\.yml has \d+ problems?:\n/);
    expect(error.message).not.toContain(SECRET);
    return error.problems;
  }
}

const fragments = fc.constantFrom(
  ...[
    "targets:",
    "  crm:",
    "    app: nocobase",
    "\t- x",
    "- ",
    "a: &a [*a]",
    "<<: *x",
    "*x",
    "&x",
    "!!binary x",
    "!<tag:yaml.org,2002:js/function> x",
  ],
  ...[
    "---",
    "...",
    "%YAML 1.3",
    "? [a, b]\n: c",
    "key: |\n  text",
    "key: >-\n text",
    "'",
    '"',
    "{",
    "}",
    "[",
    "]",
    "#",
    ": ",
    "@",
    "`",
    "~",
    ".inf",
    "0o7",
    "2026-01-01",
  ],
  ...[
    "a: 1\na: 2",
    "null:",
    "? ",
    "__proto__: { x: 1 }",
    "constructor: 1",
    "\ufeff",
    "\r\n",
    "\r",
    "\u2028",
    "\0",
    "🙂: 1",
  ],
);
const yaml = fc.oneof(
  text,
  fc.array(fc.oneof(fragments, text), { maxLength: 12 }).map((lines) => lines.join("\n")),
  json.map((value) => stringify(value)),
);

/** An anchor that stands for nine of the one before, and so on: a billion at the end. */
const bomb = [
  "a0: &a0 [x, x]",
  ...Array.from(
    { length: 12 },
    (_, at) => `a${at + 1}: &a${at + 1} [${Array.from({ length: 9 }, () => `*a${at}`).join(", ")}]`,
  ),
].join("\n");

describe("whatever is in intermission.yml", () => {
  it("is a configuration or one error that says everything", { timeout }, () => {
    fc.assert(
      fc.property(yaml, (file) => void problemsOf(file)),
      runs(60),
    );
  });

  it.each([
    ["nothing", ""],
    ["two documents", "targets: {}\n---\ntargets: {}"],
    ["an anchor bomb", bomb],
    ["a loop", "targets: &t { crm: *t }"],
    ["an alias of nothing", "targets: *nothing"],
    ["tabs", "targets:\n\tcrm:\n\t\tapp: nocobase"],
    ["no text", "\0\u0001\u0002"],
    ["ten thousand brackets", "[".repeat(10_000)],
    ["three thousand keys", Array.from({ length: 3_000 }, (_, at) => `k${at}: 1`).join("\n")],
    ["a prototype", "__proto__: { targets: {} }"],
  ])("is refused as %s in no time", (_what, file) => {
    const began = performance.now();
    expect(problemsOf(file)).toBeDefined();
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it("means the same with a byte order mark and with the line ends of Windows", () => {
    const file = stringify(example);
    expect(problemsOf(`\ufeff${file.replaceAll("\n", "\r\n")}`)).toBeUndefined();
  });
});

describe("a configuration with one thing wrong", () => {
  const withSecret = mutated(example, {
    kind: "added",
    path: ["targets", "crm-production"],
    name: "origin",
    value: secretive.origin,
  });

  it("is still one, or names what is wrong", { timeout }, () => {
    expect(problemsOf(stringify(withSecret))).toBeUndefined();
    let wrong = 0;
    fc.assert(
      fc.property(mutationOf(withSecret), (mutation) => {
        const isTheSecret = mutation.path.includes("X-Origin-Verify") || mutation.path.includes("headers");
        const problems = isTheSecret ? undefined : problemsOf(stringify(mutated(withSecret, mutation)));
        if (problems) wrong += 1;
        if (problems && mutation.kind === "replaced") expect(problems.map(({ path }) => path).join()).not.toBe("");
      }),
      runs(80),
    );
    expect(wrong).toBeGreaterThan(25);
  });

  it("has both problems where two things are wrong that have nothing to do with one another", { timeout }, () => {
    const breakages = breakagesOf(example);
    fc.assert(
      fc.property(fc.constantFrom(...breakages), fc.constantFrom(...breakages), (first, second) => {
        fc.pre(!related(first.place, second.place));
        const alone = [first, second].map(({ breakIt }) => pathsOf(breakIt(example)));
        const together = pathsOf(second.breakIt(first.breakIt(example)));
        for (const path of alone.flat()) expect(together).toContain(path);
      }),
      runs(25),
    );
  });

  it("is judged in a time that grows with its length, whichever text is long", { timeout }, () => {
    const texts = placesIn(example).filter((path) => typeof valueAt(example, path) === "string");
    const long = ["a", "a.", "/", "(", "1", "-", "{{", "::", "a/a:", "\\", " "].map((part) =>
      part.repeat(30_000 / part.length),
    );
    for (const [index, path] of samples(fc.constantFrom(...texts), 15).entries()) {
      const by = long[index % long.length]!;
      const began = performance.now();
      problemsOf(stringify(mutated(example, { kind: "replaced", path, by })));
      expect(performance.now() - began, `${path.join(".")} of ${by.slice(0, 4)}`).toBeLessThan(3_000);
    }
  });
});

type Breakage = { place: Path; breakIt(value: unknown): unknown };

/** Breakages of which each is sure to be one, each at a place of its own: a key that nobody knows, a value of another kind. */
function breakagesOf(value: object): Breakage[] {
  return placesIn(value)
    .filter((path) => path.length >= 3 && path.length <= 5)
    .flatMap((path): Breakage[] => {
      const at = valueAt(value, path);
      const by = typeof at === "object" ? 7 : { "no-such-key": 1 };
      return [{ place: path, breakIt: (whole) => mutated(whole, { kind: "replaced", path, by }) }];
    });
}

const pathsOf = (value: unknown): string[] => (problemsOf(stringify(value)) ?? []).map(({ path }) => path);
const related = (a: Path, b: Path): boolean => a.slice(0, 3).every((part, at) => part === b[at]);
const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((at, part) => (at as Record<string | number, unknown>)[part], value);
