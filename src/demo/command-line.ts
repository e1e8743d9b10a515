import { oneOf, sentence } from "../command-line/meanings.ts";
import { readOptions } from "../command-line/read-options.ts";
import type { Asked } from "../command-line/run-command.ts";
import { quoted } from "../command-line/words.ts";
import { breakages, undisturbed } from "./breakages.ts";
import { firstStartShow } from "./first-start-show.ts";
import { maintenanceShow } from "./maintenance-show.ts";
import { rollbackShow } from "./rollback-show.ts";
import type { Show } from "./show.ts";
import { upgradeShow } from "./upgrade-show.ts";

export type Command = {
  kind: "demo";
  procedure: ProcedureShown;
  breakage?: string;
  open: boolean;
  keep: boolean;
};

/** What can be shown, and how it is told to somebody who chooses. */
export const procedures = {
  upgrade: "three nodes are upgraded by a GitHub Action under visitors, and lose nothing",
  "first-start": "one node installs itself into an empty database before the others start",
  maintenance: "one node is left to people, past the page, and all start anew after their work",
  rollback: "an upgrade is taken back after visitors wrote to it: image and database",
} as const;
export type ProcedureShown = keyof typeof procedures;

const listed = (entries: [string, string][]) => {
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, what]) => `  ${name.padEnd(width)}  ${what}`).join("\n");
};

export const HELP = `npm run demo -- [PROCEDURE] [--break NAME] [--open] [--keep]

Shows a procedure on a real application of three nodes with a real PostgreSQL behind a real load balancer, on a local AWS:
the API is asked, and the durable runbook does it. Visitors read and write all the time. It ends with what they saw and
what an independent checker found, and with exit code 0 only if all of it is right.

${listed(Object.entries(procedures))}

  --break NAME  something goes wrong in the upgrade, which must end as it should then
  --open        the maintenance leaves the site open: one node serves users while people work on it
  --keep        the sandbox stays up afterwards, to look around, until Ctrl-C
  --help, -h    this text

What can go wrong in the upgrade, and how it then ends:
${listed(Object.entries(breakages).map(([name, { what, ending }]) => [name, `${what} → ${ending}`]))}
`;

const isProcedure = oneOf(Object.keys(procedures) as ProcedureShown[]);

/** Everything that is wrong with the command is said at once. */
export function readCommand(args: string[]): Asked<Command> {
  const { values, given, positionals, problems } = readOptions(args, {
    options: {
      break: { type: "string", as: oneOf(Object.keys(breakages)) },
      open: { type: "boolean" },
      keep: { type: "boolean" },
    },
    positionals: "a procedure",
  });
  if (values.help) return { kind: "help" };
  const { break: breakage, open, keep } = values;
  const [word = "upgrade", ...others] = positionals;
  const read = isProcedure(word);
  if ("expected" in read) problems.push(sentence(read, word));
  if (others.length > 0) problems.push(`expected one procedure, found ${positionals.map(quoted).join(" and ")}`);
  const procedure = "value" in read ? read.value : undefined;
  if (procedure && procedure !== "upgrade" && given.has("break"))
    problems.push(`--break: expected upgrade, found ${procedure}: only an upgrade is broken here`);
  if (procedure && procedure !== "maintenance" && open)
    problems.push(`--open: expected maintenance, found ${procedure}: nothing else leaves the site open`);
  if (problems.length > 0 || !procedure) return { kind: "wrong", problems };
  return { kind: "demo", procedure, ...(breakage !== undefined && { breakage }), open, keep };
}

/** What a command shows. */
export function showOf({ procedure, breakage, open }: Command): Show {
  switch (procedure) {
    case "upgrade":
      return upgradeShow(breakage === undefined ? undisturbed : breakages[breakage]!);
    case "first-start":
      return firstStartShow;
    case "maintenance":
      return maintenanceShow({ open });
    case "rollback":
      return rollbackShow;
  }
}
