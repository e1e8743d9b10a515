import { writeFile } from "node:fs/promises";
import { styleText } from "node:util";
import { HELP, optionsOf } from "./command-line.ts";
import { measure } from "./measure/measure.ts";
import { allTables } from "./report/all-tables.ts";
import { inTerminal } from "./report/terminal-table.ts";

const options = optionsOf(process.argv.slice(2));
if (options.help) {
  console.log(HELP);
  process.exit();
}

const progress = (line: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`);
};
const measurement = await measure({ ...options, progress });
progress("");

if (options.jsonFile) await writeFile(options.jsonFile, `${JSON.stringify(measurement, null, 2)}\n`);
if (options.json) console.log(JSON.stringify(measurement, null, 2));
else {
  const paint = (text: string) => styleText("bold", text, { stream: process.stdout });
  for (const table of allTables(measurement)) console.log(`\n${inTerminal(table, paint)}`);
}
