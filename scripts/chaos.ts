import { parseArgs } from "node:util";
import { type ChaosResult, chaos } from "../test/chaos/chaos.ts";
import { runCommand } from "./run-command.ts";

const HELP = `npm run chaos -- [--for TIME] [--seed N] [--json]

Upgrades, rollbacks and maintenances one after another, on real nodes, a real PostgreSQL and a real load balancer, while visitors write, and while
workers of every function, and now and then nodes, are killed at random. At the end every write that was acknowledged is looked for.

  --for TIME  no further operation begins after so long, as 90s or 3m; 3m unless given
  --seed N    what is done, and who is killed when, is drawn from it; drawn by itself unless given
  --json      the result as JSON, after the log
  --help      this text

Ends with exit code 0 only if no write is lost or changed and no invariant is violated, but for what a rollback threw away by a decision that named it.
`;

process.exitCode = await runCommand({ help: HELP, read: readCommand, run });

async function run({ forMs, seed, json }: ReturnType<typeof readCommand>): Promise<number> {
  const report = (line: string) => void process.stderr.write(`${line}\n`);
  report(`seed ${seed}`);
  const result = await chaos({ forMs, seed, report });
  if (json) process.stdout.write(`${JSON.stringify({ seed, ...result }, null, 2)}\n`);
  process.stdout.write(`${lastLine(result)}\n`);
  return result.lost + result.changed + result.violations.length === 0 ? 0 : 1;
}

function readCommand(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      for: { type: "string", default: "3m" },
      seed: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const { seed = String(Math.floor(Math.random() * 2 ** 31)), json, help } = values;
  const [, amount, unit] = /^(\d+)(s|m)$/.exec(values.for) ?? [];
  if (!amount) throw new Error(`--for: expected a time as 90s or 3m, found ${values.for}`);
  if (!/^\d{1,10}$/.test(seed)) throw new Error(`--seed: expected a number of at most ten digits, found ${seed}`);
  return { forMs: Number(amount) * (unit === "m" ? 60_000 : 1_000), seed: Number(seed), json, help };
}

function lastLine({ operations, kills, acknowledged, lost, changed, violations }: ChaosResult): string {
  const gone = `${lost + changed} lost${changed > 0 ? ` (${changed} of them changed)` : ""}`;
  return `${operations.length} operations, ${kills} kills, ${acknowledged} writes acknowledged, ${gone}, ${violations.length} violations`;
}
