import { parseArgs } from "node:util";
import { breakages } from "./breakages.ts";

export type Command = { breakage?: string; keep: boolean; help: boolean };

const width = Math.max(...Object.keys(breakages).map((name) => name.length));
const endings = Object.entries(breakages).map(
  ([name, { what, ending }]) => `  ${name.padEnd(width)}  ${what} → ${ending}`,
);

export const HELP = `npm run demo -- [--break NAME] [--keep]

Upgrades a real application of three nodes with a real PostgreSQL behind a real load balancer, on a local AWS:
the built GitHub Action asks the API, and the durable runbook does it. Visitors read and write all the time.
It ends with what they saw and what an independent checker found, and with exit code 0 only if all of it is right.

  --break NAME  something goes wrong, and the upgrade must end as it should then
  --keep        the sandbox stays up afterwards, to look around, until Ctrl-C
  --help        this text

What can go wrong, and how the upgrade then ends:
${endings.join("\n")}
`;

/** Throws an error that says what was expected. */
export function readCommand(args: string[]): Command {
  const { values } = parseArgs({
    args,
    options: {
      break: { type: "string" },
      keep: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
    allowPositionals: false,
  });
  const { break: breakage, keep, help } = values;
  if (breakage !== undefined && !Object.hasOwn(breakages, breakage))
    throw new Error(`--break: expected one of ${Object.keys(breakages).join(", ")}, found ${breakage}`);
  return { breakage, keep, help };
}
