import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { styleText } from "node:util";
import { runCommand } from "../src/command-line/run-command.ts";
import { type BenchCommand, HELP, readCommand } from "./command-line.ts";
import { machine } from "./machine.ts";
import { eachOnce } from "./measure/each-once.ts";
import { createJobPool } from "./measure/job-pool.ts";
import { measure } from "./measure/measure.ts";
import type { Measurement } from "./measure/measurement.ts";
import { createProgress } from "./progress.ts";
import { measureInRealTime } from "./real-time.ts";
import { allTables } from "./report/all-tables.ts";
import { windowChart } from "./report/chart.ts";
import { htmlPage } from "./report/html-page.ts";
import { performanceDocument } from "./report/performance-document.ts";
import { inTerminal } from "./report/terminal-table.ts";
import { measureStart } from "./size/start-up.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const CHART = "images/window.svg";

process.exitCode = await runCommand({ help: HELP, read: readCommand, run });

async function run(command: BenchCommand): Promise<number> {
  const measurement = await measured(command);
  await writeFiles(command, measurement);

  const paint = (title: string) => styleText("bold", title, { stream: process.stdout });
  console.log(
    command.json
      ? JSON.stringify(measurement, null, 2)
      : allTables(measurement)
          .map((table) => `\n${inTerminal(table, paint)}`)
          .join("\n"),
  );
  return 0;
}

/** What is the machine's own is measured first, with nothing beside it; real time, which mostly sleeps, beside the runs in virtual time. */
async function measured({ from, start, realTime, workers, ...options }: BenchCommand): Promise<Measurement> {
  const { isTTY, columns } = process.stderr;
  const progress = createProgress({
    ...{ write: (text) => process.stderr.write(text), isTerminal: isTTY, now: () => performance.now(), columns },
  });
  const pool = createJobPool(workers);
  const run = eachOnce(pool.run, (howFar) => progress.say("virtual time", howFar));
  try {
    const ownStart = start ? await measureStart(root, progress) : undefined;
    const [measurement, ownRealTime] = await Promise.all([
      from === undefined
        ? measure({ ...options, levers: options.switches, run })
        : readFile(from, "utf8").then((text): Measurement => JSON.parse(text)),
      realTime ? measureInRealTime({ root, progress, run }) : undefined,
    ]);
    progress.done("virtual time");
    return {
      ...measurement,
      ...(ownStart && { start: ownStart }),
      ...(ownRealTime && { realTime: ownRealTime }),
    };
  } finally {
    pool.close();
  }
}

/** By which the document is written anew. */
function commandOf({ seeds, start, realTime }: Measurement): string {
  const options = [seeds === 3 ? "" : `--seeds ${seeds}`, start ? "--start" : "", realTime ? "--real-time" : ""];
  return ["npm run bench --", ...options, "--write docs/performance.md"].filter(Boolean).join(" ");
}

async function writeFiles({ jsonFile, html, write }: BenchCommand, measurement: Measurement): Promise<void> {
  const chart = windowChart(measurement.profiles);
  if (jsonFile) await writeFile(jsonFile, `${JSON.stringify(measurement, null, 2)}\n`);
  if (html) await writeFile(html, htmlPage(chart, allTables(measurement), `Measured on ${machine()}.`));
  if (!write) return;
  const picture = join(dirname(write), CHART);
  await mkdir(dirname(picture), { recursive: true });
  await writeFile(picture, chart);
  await writeFile(
    write,
    performanceDocument(measurement, { command: commandOf(measurement), machine: machine(), chart: CHART }),
  );
}
