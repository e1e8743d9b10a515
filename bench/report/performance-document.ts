import type { Measurement } from "../measure/measurement.ts";
import { profiles } from "../profiles/profiles.ts";
import { callTable, costTable } from "./cost-tables.ts";
import { lagTable, switchTable } from "./lag-tables.ts";
import { leverTable } from "./lever-table.ts";
import { notDone } from "./not-done.ts";
import { startTables } from "./start-tables.ts";
import { phaseTable, type Table, windowTable } from "./tables.ts";

/** docs/performance.md: what was measured, with the command and the machine. `chart` is the path of the picture from there. */
export function performanceDocument(
  measurement: Measurement,
  { command, machine, chart }: { command: string; machine: string; chart: string },
): string {
  const { profiles: measured, lags, costs, switches, levers, start, realTime } = measurement;
  const says = profiles.filter(({ name }) => measured.some(({ profile }) => profile === name));
  return `# How long the window is

<!-- Written by \`${command}\`. Change bench/report/performance-document.ts, not this. -->

Customers wait outside while the window is open. Its limit is what AWS and the application need, one after another; everything beyond that is a runbook's
own. \`npm run bench\` measures both, beside what people do by hand: a careful shell script with the AWS CLI and its waiters
(\`bench/peers/runbook.sh\`), and the same in TypeScript with the SDK's waiters.

![The window by phase for each profile: the critical path, Intermission, bash and TypeScript](${chart})

${markdown(windowTable(measured))}

Times are seconds from the first 503 that a visitor got to the last, as the simulated AWS's own log has it; the **critical path** is a lower bound from the
same log: what AWS and the application needed for each thing that must follow another, with nothing between them and nothing verified
(\`bench/analysis/critical-path.ts\` says what counts, and why). The bound is tight: **the oracle** (\`bench/runners/oracle.ts\`) reads the cloud's log itself, acts at
the very moment when something comes true, with calls that take no time, and walks it. What is above it is looking, proving and asking: it verifies nothing and could undo nothing.

## Profiles

${says.map(({ name, says }) => `- **${name}**: ${says}.`).join("\n")}

Every number of a profile has its source in \`bench/profiles/profiles.ts\`: measured by somebody on a real account, documented by AWS, or assumed. Nothing here was
measured on a real account by us. Everybody who is compared makes calls that take equally long, on the same cloud, in virtual time.

## Where the seconds go

${measured.map((profile) => markdown(phaseTable(profile))).join("\n\n")}

A runbook by hand that does not wait for something is not charged with it: both let visitors in while nodes only run, and not when they serve.
${switches.length ? `\n## What AWS leaves open\n\n${markdown(switchTable(switches))}\n` : ""}
${levers.length ? `## What shortens it\n\n${markdown(leverTable(levers))}\n\nWhat each of them risks stands in [a shorter window](targets.md#a-shorter-window); what would save more, and is not done, in [0025](adr/0025-what-the-window-does-not-save.md)\nand [0027](adr/0027-the-migration-waits-for-the-snapshot.md).\n` : ""}
## Detection lag

${markdown(lagTable(lags))}

Two waits believe what they see only when they have seen it three times in a row, a second apart. That is what they are for, and stands beside.

## What it asks of AWS, and costs

${costs
  .slice(0, 1)
  .map((cost) => `${markdown(costTable(cost))}\n\n${markdown(callTable(cost))}`)
  .join("\n\n")}

The sketch on Step Functions counts a transition for each change and three for each look. Nothing of what verifies, undoes or takes over is in it.

## What the others do not do

${markdown(notDone)}
${realTime ? `\n## In real time\n\n${markdown(realTime)}\n` : ""}${start ? `\n## Sizes and start-up\n\n${startTables(start).map(markdown).join("\n\n")}\n\nA test holds the sizes to their budgets; times are of this machine alone.\n` : ""}
## By which command, and on which machine

\`${command}\`, on ${machine}. Windows, lags, calls and costs come from virtual time: the same on every machine.
`;
}

/** The first column to the left, all others to the right. */
export function markdown({ title, head, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const rule = `|${head.map((_, column) => (column === 0 ? " --- |" : " ---: |")).join("")}`;
  return [`*${title}*`, "", line(head), rule, ...rows.map(line)].join("\n");
}
