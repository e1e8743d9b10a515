import { parseArgs } from "node:util";
import { breakages, undisturbed } from "./breakages.ts";
import { firstStartShow } from "./first-start-show.ts";
import { maintenanceShow } from "./maintenance-show.ts";
import { rollbackShow } from "./rollback-show.ts";
import type { Show } from "./show.ts";
import { upgradeShow } from "./upgrade-show.ts";

export type Command = { procedure: ProcedureShown; breakage?: string; open: boolean; keep: boolean; help: boolean };

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
  --help        this text

What can go wrong in the upgrade, and how it then ends:
${listed(Object.entries(breakages).map(([name, { what, ending }]) => [name, `${what} → ${ending}`]))}
`;

/** Throws an error that says what was expected. */
export function readCommand(args: string[]): Command {
  const { values, positionals } = parseArgs({
    args,
    options: {
      break: { type: "string" },
      open: { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
    allowPositionals: true,
  });
  const { break: breakage, open, keep, help } = values;
  const [procedure = "upgrade", ...others] = positionals;
  if (!Object.hasOwn(procedures, procedure) || others.length > 0)
    throw new Error(`expected one of ${Object.keys(procedures).join(", ")}, found ${positionals.join(" ")}`);
  if (breakage !== undefined && !Object.hasOwn(breakages, breakage))
    throw new Error(`--break: expected one of ${Object.keys(breakages).join(", ")}, found ${breakage}`);
  if (breakage !== undefined && procedure !== "upgrade")
    throw new Error(`--break: expected upgrade, found ${procedure}: only an upgrade is broken here`);
  if (open && procedure !== "maintenance") throw new Error(`--open: expected maintenance, found ${procedure}`);
  return { procedure: procedure as ProcedureShown, breakage, open, keep, help };
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
