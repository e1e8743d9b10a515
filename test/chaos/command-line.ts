import { randomInt } from "node:crypto";
import { duration, wholeNumber } from "../../src/command-line/meanings.ts";
import { readOptions } from "../../src/command-line/read-options.ts";
import type { Asked } from "../../src/command-line/run-command.ts";

export const HELP = `npm run chaos -- [--for TIME] [--seed N] [--json]

Upgrades, rollbacks and maintenances one after another, on real nodes, a real PostgreSQL and a real load balancer, while visitors write, and while
workers of every function, and now and then nodes, are killed at random. At the end every write that was acknowledged is looked for.

  --for TIME  no further operation begins after so long, as 90s or 3m; 3m unless given
  --seed N    what is done, and who is killed when, is drawn from it; drawn by itself unless given
  --json      the result as JSON, after the log
  --help, -h  this text

Ends with exit code 0 only if no write is lost or changed and no invariant is violated, but for what a rollback threw away by a decision that named it.
`;

export type ChaosCommand = { kind: "chaos"; forMs: number; seed: number; json: boolean };

/** Everything that is wrong with the command is said at once. */
export function readChaosCommand(args: string[]): Asked<ChaosCommand> {
  const { values, problems } = readOptions(args, {
    options: {
      for: { type: "string", default: 180_000, as: duration },
      seed: { type: "string", as: wholeNumber({ least: 0, most: 9_999_999_999 }) },
      json: { type: "boolean" },
    },
  });
  if (values.help) return { kind: "help" };
  if (problems.length > 0) return { kind: "wrong", problems };
  const { for: forMs, seed = randomInt(2 ** 31), json } = values;
  return { kind: "chaos", forMs, seed, json };
}
