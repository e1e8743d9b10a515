import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { styleText } from "node:util";
import { HELP, optionsOf } from "./command-line.ts";
import { machine } from "./machine.ts";
import { measure } from "./measure/measure.ts";
import type { Measurement } from "./measure/measurement.ts";
import { allTables } from "./report/all-tables.ts";
import { windowChart } from "./report/chart.ts";
import { htmlPage } from "./report/html-page.ts";
import { performanceDocument } from "./report/performance-document.ts";
import { inTerminal } from "./report/terminal-table.ts";
import { measureStart } from "./size/start-up.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const COMMAND = "npm run bench -- --start --write docs/performance.md";
const CHART = "images/window.svg";

const progress = (line: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`);
};

process.exitCode = await main(process.argv.slice(2));

/** The exit code: 0, or 2 when it was asked for something that makes no sense. */
async function main(args: string[]): Promise<number> {
  let options: ReturnType<typeof optionsOf>;
  try {
    options = optionsOf(args);
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const measurement: Measurement = options.from
    ? JSON.parse(await readFile(options.from, "utf8"))
    : await measure({ ...options, progress });
  if (options.start) measurement.start = await measureStart(root, progress);
  progress("");

  const { json, jsonFile, write, html } = options;
  const text = JSON.stringify(measurement, null, 2);
  const chart = windowChart(measurement.profiles);
  if (jsonFile) await writeFile(jsonFile, `${text}\n`);
  if (html) await writeFile(html, htmlPage(chart, allTables(measurement), `Measured on ${machine()}.`));
  if (write) {
    await mkdir(join(dirname(write), dirname(CHART)), { recursive: true });
    await writeFile(join(dirname(write), CHART), chart);
    await writeFile(write, performanceDocument(measurement, { command: COMMAND, machine: machine(), chart: CHART }));
  }
  const paint = (title: string) => styleText("bold", title, { stream: process.stdout });
  console.log(
    json
      ? text
      : allTables(measurement)
          .map((table) => `\n${inTerminal(table, paint)}`)
          .join("\n"),
  );
  return 0;
}
