import { randomInt } from "node:crypto";
import { duration, wholeNumber } from "../src/command-line/meanings.ts";
import { readOptions } from "../src/command-line/read-options.ts";
import { type Asked, runCommand } from "../src/command-line/run-command.ts";
import { type ChaosResult, chaos } from "../test/chaos/chaos.ts";

const HELP = `npm run chaos -- [--for TIME] [--seed N] [--json]

Upgrades, rollbacks and maintenances one after another, on real nodes, a real PostgreSQL and a real load balancer, while visitors write, and while
workers of every function, and now and then nodes, are killed at random. At the end every write that was acknowledged is looked for.

  --for TIME  no further operation begins after so long, as 90s or 3m; 3m unless given
  --seed N    what is done, and who is killed when, is drawn from it; drawn by itself unless given
  --json      the result as JSON, after the log
  --help, -h  this text

Ends with exit code 0 only if no write is lost or changed and no invariant is violated, but for what a rollback threw away by a decision that named it.
`;

process.exitCode = await runCommand({ help: HELP, read: readCommand, run });

async function run({ forMs, seed, json }: ChaosCommand): Promise<number> {
  const report = (line: string) => void process.stderr.write(`${line}\n`);
  report(`seed ${seed}`);
  const result = await chaos({ forMs, seed, report });
  if (json) process.stdout.write(`${JSON.stringify({ seed, ...result }, null, 2)}\n`);
  process.stdout.write(`${lastLine(result)}\n`);
  return result.lost + result.changed + result.violations.length === 0 ? 0 : 1;
}

type ChaosCommand = { kind: "chaos"; forMs: number; seed: number; json: boolean };

function readCommand(args: string[]): Asked<ChaosCommand> {
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

function lastLine({ operations, kills, acknowledged, lost, changed, violations }: ChaosResult): string {
  const gone = `${lost + changed} lost${changed > 0 ? ` (${changed} of them changed)` : ""}`;
  return `${operations.length} operations, ${kills} kills, ${acknowledged} writes acknowledged, ${gone}, ${violations.length} violations`;
}
