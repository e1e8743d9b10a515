import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { readOptions } from "../src/command-line/read-options.ts";
import { type Asked, runCommand } from "../src/command-line/run-command.ts";

type Entry = { description?: string; required?: boolean; default?: string };
type ActionFile = { inputs: Record<string, Entry>; outputs: Record<string, Entry> };

/** The README with the tables of inputs and outputs between their markers as action.yml says them. Throws where a marker is missing. */
export function withTables(readme: string, actionYaml: string): string {
  const { inputs, outputs } = parse(actionYaml) as ActionFile;
  const withInputs = replaceBetween(readme, "action:inputs", inputsTable(inputs));
  return replaceBetween(withInputs, "action:outputs", outputsTable(outputs));
}

function inputsTable(inputs: ActionFile["inputs"]): string {
  const rows = Object.entries(inputs).map(([name, input]) => {
    const preset = input.required ? "**required**" : input.default === undefined ? "" : `\`${input.default}\``;
    return `| \`${name}\` | ${preset} | ${cell(input.description)} |`;
  });
  return ["| Input | Default | Meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

function outputsTable(outputs: ActionFile["outputs"]): string {
  const rows = Object.entries(outputs).map(([name, output]) => `| \`${name}\` | ${cell(output.description)} |`);
  return ["| Output | Meaning |", "| --- | --- |", ...rows].join("\n");
}

/** A cell is one line: list items and paragraphs keep their own by `<br>`. */
function cell(description = ""): string {
  const joined = description
    .trim()
    .replace(/\n(?=- )/g, "<br>")
    .replace(/(<br>- [^<\n]*)\n(?!- )/g, "$1<br>");
  return joined
    .replace(/\n/g, " ")
    .replace(/<br>- /g, "<br>• ")
    .replaceAll("|", "\\|");
}

function replaceBetween(text: string, marker: string, content: string): string {
  const [open, close] = [`<!-- ${marker} -->`, `<!-- /${marker} -->`];
  const from = text.indexOf(open);
  const to = text.indexOf(close, from);
  if (from === -1 || to === -1) throw new Error(`expected ${open} … ${close} in the README`);
  return `${text.slice(0, from + open.length)}\n${content}\n${text.slice(to)}`;
}

const HELP = `Writes the tables of the action's inputs and outputs into the README.

  --check     writes nothing, and ends with 1 where the README does not say what action.yml says
  --help, -h  this`;

if (import.meta.main)
  process.exitCode = await runCommand({
    help: HELP,
    read(args): Asked<{ kind: "tables"; check: boolean }> {
      const { values, problems } = readOptions(args, { options: { check: { type: "boolean" } } });
      if (values.help) return { kind: "help" };
      return problems.length > 0 ? { kind: "wrong", problems } : { kind: "tables", check: values.check };
    },
    run: ({ check }) => writeTables(check),
  });

async function writeTables(check: boolean): Promise<number> {
  const root = join(import.meta.dirname, "..");
  const [readme, actionYaml] = await Promise.all([
    readFile(join(root, "README.md"), "utf8"),
    readFile(join(root, "action.yml"), "utf8"),
  ]);
  const updated = withTables(readme, actionYaml);
  if (!check) await writeFile(join(root, "README.md"), updated);
  else if (updated !== readme) {
    console.error("README.md does not say what action.yml says. Run node scripts/readme-tables.ts");
    return 1;
  }
  return 0;
}
