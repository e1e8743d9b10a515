import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { operationRequestSchema, phaseNames, procedureNames } from "../src/operations/operation.ts";
import { loadSeed } from "../src/sandbox/seed/load-seed.ts";
import { parseConfiguration } from "../src/targets/configuration.ts";

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...globSync("docs/**/*.md"),
  ...globSync("examples/**/*.md"),
];
const scripts = Object.keys((JSON.parse(readFileSync("package.json", "utf8")) as { scripts: object }).scripts);
const snippets = (page: string, language: string) =>
  [...readFileSync(page, "utf8").matchAll(new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, "gm"))].map(
    ([, text]) => unindented(text!),
  );

function unindented(text: string): string {
  const indent = /^ */.exec(text)![0].length;
  return text
    .split("\n")
    .map((line) => line.slice(indent))
    .join("\n");
}

/** As GitHub makes anchors of headings. */
const anchorsOf = (page: string) =>
  [...readFileSync(page, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

describe.each(pages)("%s", (page) => {
  test("leads only to pages and headings that exist", () => {
    const text = readFileSync(page, "utf8").replace(/```[\s\S]*?```/g, "");
    const dead = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].filter(([, path, anchor]) => {
      const file = path ? join(dirname(page), path) : page;
      return !existsSync(file) || (anchor !== undefined && !anchorsOf(file).includes(anchor));
    });
    expect(dead.map(([link]) => link)).toEqual([]);
  });

  test("names only npm scripts that exist", () => {
    const named = [...readFileSync(page, "utf8").matchAll(/npm run (?:--silent )?([a-z:-]+)/g)].map(
      ([, script]) => script!,
    );
    expect(named.filter((script) => !scripts.includes(script))).toEqual([]);
  });

  test("shows only configurations that are valid", () => {
    for (const snippet of snippets(page, "yaml").filter((yaml) => yaml.startsWith("targets:")))
      expect(parseConfiguration(snippet, page).targets.size).toBeGreaterThan(0);
  });

  test("shows only workflows whose action steps use inputs that the action has", () => {
    const { inputs } = parse(readFileSync("action.yml", "utf8")) as { inputs: Record<string, { required: boolean }> };
    const required = Object.keys(inputs).filter((name) => inputs[name]!.required);
    for (const snippet of snippets(page, "yaml").filter((yaml) => yaml.includes("\njobs:"))) {
      const { jobs } = parse(snippet) as {
        jobs: Record<string, { steps: { uses?: string; with?: Record<string, string> }[] }>;
      };
      for (const step of Object.values(jobs).flatMap(({ steps }) => steps)) {
        if (!step.uses?.includes("intermission")) continue;
        const given = Object.keys(step.with ?? {});
        expect(given.filter((name) => !(name in inputs))).toEqual([]);
        expect(required.filter((name) => !given.includes(name))).toEqual([]);
      }
    }
  });
});

describe("docs/targets.md", () => {
  const page = readFileSync("docs/targets.md", "utf8");

  test("changes its first example in ways that are valid", () => {
    const [first, ...changes] = snippets("docs/targets.md", "yaml").filter((yaml) => !yaml.startsWith("probes:"));
    const base = (parse(first!) as { targets: Record<string, object> }).targets["crm-production"];
    expect(changes.length).toBeGreaterThan(10);
    for (const change of changes) {
      const target = { ...base, ...(parse(change) as object) };
      const configuration = parseConfiguration(stringify({ targets: { "crm-production": target } }), "docs/targets.md");
      expect(configuration.targets.size).toBe(1);
    }
  });

  test("shows the plan, the run or the refusal of every shape that is proven", () => {
    const shown = [...page.matchAll(/golden\/shapes\/([^)]+\.txt)/g)].map(([, file]) => file!);
    const proven = globSync("test/scenarios/golden/shapes/**/*.txt").map((file) => file.split("golden/shapes/")[1]!);
    expect(proven.filter((file) => !shown.includes(file))).toEqual([]);
  });
});

const configurations = globSync("examples/intermission*.yml");

test.each(configurations)("%s configures what it is an example of", (file) => {
  const { deployment, targets } = parseConfiguration(readFileSync(file, "utf8"), file);
  expect(deployment).toBeDefined();
  for (const target of targets.values()) expect(target.resources?.listeners).not.toEqual([]);
});

const seeds = globSync("examples/**/*.yml").filter((file) => !file.startsWith("examples/workflows/"));
test.each(seeds.filter((file) => !configurations.includes(file)))(
  "%s is a sandbox that can be started",
  async (file) => {
    const seed = await loadSeed(file);
    expect(Object.keys(seed.services).length).toBeGreaterThan(0);
  },
);

describe("docs/failures.md", () => {
  const page = readFileSync("docs/failures.md", "utf8");
  const sources = [...globSync("src/procedures/**/*.ts"), ...globSync("src/engine/**/*.ts"), "src/aws/images.ts"];

  const codes = sources.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/\bcode: ([^,}\n]*)/g)].flatMap(([, value]) =>
      [...value!.matchAll(/"([a-z-]+)"/g)].map(([, code]) => code!),
    ),
  );

  test("has every code that an operation can fail with", () => {
    expect(codes.length).toBeGreaterThan(30);
    expect([...new Set(codes)].filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });

  test("has no code that nothing fails with", () => {
    const rows = [...page.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell]) => [
      ...cell!.matchAll(/`([a-z]+(?:-[a-z]+)*)`/g),
    ]);
    const named = rows.map(([, code]) => code!).filter((code) => !phaseNames.some((phase) => phase === code));
    expect(named.length).toBeGreaterThan(30);
    // Of anything that is thrown and none of ours.
    expect([...new Set(named)].filter((code) => ![...codes, "unexpected"].includes(code))).toEqual([]);
  });
});

describe.each(procedureNames)("the page of %s", (procedure) => {
  const page = readFileSync(`docs/${procedure === "upgrade" ? "runbook" : procedure}.md`, "utf8");
  const schemas = operationRequestSchema.options.find(({ shape }) => shape.procedure.value === procedure)!;

  test("names every option that a request can have", () => {
    const options = Object.keys(schemas.shape).filter((name) => name !== "procedure");
    expect(options.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  test("shows only requests that are valid", () => {
    const bodies = [...page.matchAll(/--json '(\{"procedure"[^']*)'/g)].map(([, body]) => body!);
    expect(bodies.length).toBeGreaterThan(0);
    for (const body of bodies) expect(operationRequestSchema.safeParse(JSON.parse(body)).error).toBeUndefined();
  });
});

test("docs/break-glass.md shows the script as it is generated; if not, copy test/break-glass/golden/put-back.sh into it", () => {
  const [example] = snippets("docs/break-glass.md", "sh").filter((snippet) => snippet.startsWith("#!/bin/sh"));
  expect(example).toBe(readFileSync("test/break-glass/golden/put-back.sh", "utf8"));
});
