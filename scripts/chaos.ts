import { runCommand } from "../src/command-line/run-command.ts";
import { type ChaosResult, chaos } from "../test/chaos/chaos.ts";
import { type ChaosCommand, HELP, readChaosCommand } from "../test/chaos/command-line.ts";

process.exitCode = await runCommand({ help: HELP, read: readChaosCommand, run });

async function run({ forMs, seed, json }: ChaosCommand): Promise<number> {
  const report = (line: string) => void process.stderr.write(`${line}\n`);
  report(`seed ${seed}`);
  const result = await chaos({ forMs, seed, report });
  if (json) process.stdout.write(`${JSON.stringify({ seed, ...result }, null, 2)}\n`);
  process.stdout.write(`${lastLine(result)}\n`);
  return result.lost + result.changed + result.violations.length === 0 ? 0 : 1;
}

function lastLine({ operations, kills, acknowledged, lost, changed, violations }: ChaosResult): string {
  const gone = `${lost + changed} lost${changed > 0 ? ` (${changed} of them changed)` : ""}`;
  return `${operations.length} operations, ${kills} kills, ${acknowledged} writes acknowledged, ${gone}, ${violations.length} violations`;
}
