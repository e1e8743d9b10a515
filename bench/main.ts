import { styleText } from "node:util";
import { HELP, optionsOf } from "./command-line.ts";
import { measureProfile } from "./measure/measure-profile.ts";
import type { MeasuredProfile } from "./measure/measured.ts";
import { phaseTable, windowTable } from "./report/tables.ts";
import { inTerminal } from "./report/terminal-table.ts";
import { type ProfileRun, runnerNames, runProfile } from "./runners/run-profile.ts";

const options = optionsOf(process.argv.slice(2));
if (options.help) {
  console.log(HELP);
  process.exit();
}

const progress = (line: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`);
};

const measured: MeasuredProfile[] = [];
for (const profile of options.profiles) {
  const runs: ProfileRun[] = [];
  for (const runner of runnerNames)
    for (let seedNumber = 1; seedNumber <= options.seeds; seedNumber += 1) {
      progress(`${profile.name}, ${runner}, run ${seedNumber} of ${options.seeds}`);
      runs.push(await runProfile(profile, runner, { seedNumber }));
    }
  measured.push(measureProfile(profile, runs));
}
progress("");

if (options.json) console.log(JSON.stringify({ profiles: measured }, null, 2));
else {
  const paint = (text: string) => styleText("bold", text, { stream: process.stdout });
  for (const table of [windowTable(measured), ...measured.map(phaseTable)])
    console.log(`\n${inTerminal(table, paint)}`);
}
