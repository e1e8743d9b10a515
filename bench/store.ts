import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { wholeNumber } from "../src/command-line/meanings.ts";
import { readOptions } from "../src/command-line/read-options.ts";
import { type Asked, runCommand } from "../src/command-line/run-command.ts";
import { manyNoticeboards } from "../test/load/many-noticeboards.ts";
import { fillPast, pastId } from "../test/load/past.ts";
import { createStage, OPERATION, progress, type Stage } from "../test/load/stage.ts";
import { inVirtualTime } from "../test/virtual-time.ts";
import { machine } from "./machine.ts";

const HELP = `npm run bench:store -- [--past N] [--json]

What a target's past costs: requests and capacity units as DynamoDB counts them, and the time and memory that this machine takes, with the table in the same process.

  --past N    how many operations of the past one target has at the end (15000)
  --json      as JSON
  --help, -h  this text
`;

type StoreCommand = { kind: "store"; past: number; json: boolean };
type Row = {
  what: string;
  past: number;
  requests: number;
  reads: number;
  writes: number;
  kilobytes: number;
  medianMs: number;
};

/** Nobody is in that status, so the whole past is looked through for it, page by page. */
const NOBODY = "held";
const REPEATED = 15;

process.exitCode = await runCommand({ help: HELP, read: readCommand, run });

function readCommand(args: string[]): Asked<StoreCommand> {
  const { values, problems } = readOptions(args, {
    options: {
      past: { type: "string", default: 15_000, as: wholeNumber({ least: 1, most: 1_000_000 }) },
      json: { type: "boolean", default: false },
    },
  });
  const { help, ...rest } = values;
  if (help) return { kind: "help" };
  return problems.length > 0 ? { kind: "wrong", problems } : { kind: "store", ...rest };
}

async function run({ past, json }: StoreCommand): Promise<number> {
  const stage = await createStage();
  const rows: Row[] = [];
  let filled = 0;
  const filling: { past: number; seconds: number; residentMegabytes: number }[] = [];
  for (const to of [...new Set([0, Math.ceil(past / 100), past])]) {
    const began = performance.now();
    await fillPast({ client: stage.connect(), table: stage.table }, { from: filled, to, targets: ["crm"], events: 3 });
    filled = to;
    filling.push({ past: to, seconds: seconds(began), residentMegabytes: megabytes(process.memoryUsage().rss) });
    rows.push(...(await costsWith(stage, to)));
  }
  const result = {
    machine: machine(),
    rows,
    filling,
    search: await searchForNobody(stage),
    process: await processMemory(stage, past),
    recordsOfOne: await inVirtualTime(recordsOfOne, { seed: 1 }),
  };
  if (json) console.log(JSON.stringify(result, null, 2));
  else {
    const { rows, filling, ...rest } = result;
    console.table(rows);
    console.table(filling);
    console.log(rest);
  }
  return 0;
}

/** One request each of a process that has seen nothing, the median of some of them. */
async function costsWith(stage: Stage, past: number): Promise<Row[]> {
  const middle = pastId(Math.floor(past / 2));
  const paths: Record<string, string> = {
    "list the newest": "/v1/operations?target=crm",
    "list what is older than the middle": `/v1/operations?target=crm&before=${middle}`,
    "find by status, its first page": "/v1/operations?target=crm&status=rolled-back",
    "read the one that is active": `/v1/operations/${OPERATION}`,
    ...(past > 0 && {
      "read an old one": `/v1/operations/${middle}`,
      "read its receipt": `/v1/operations/${middle}/receipt`,
    }),
  };
  const rows: Row[] = [];
  for (const [what, path] of Object.entries(paths)) {
    const times: number[] = [];
    let row: Omit<Row, "medianMs"> | undefined;
    for (let time = 0; time < REPEATED; time += 1) {
      const { request, since } = await stage.newProcess();
      const began = performance.now();
      const { result, cost } = await since(async () => {
        const answer = await request(path);
        if (!answer.ok)
          throw new Error(`expected ${path} to be answered, found ${answer.status}: ${await answer.text()}`);
        return (await answer.arrayBuffer()).byteLength;
      });
      times.push(performance.now() - began);
      const { requests, reads, writes } = cost;
      row = { what, past, requests, reads, writes, kilobytes: Math.ceil(result / 1_000) };
    }
    rows.push({ ...row!, medianMs: median(times) });
  }
  return [...rows, await appending(stage, past)];
}

async function appending(stage: Stage, past: number): Promise<Row> {
  const process = await stage.newProcess();
  const { since } = process;
  await stage.runbook.append(OPERATION, [progress(past + 1)]);
  const times: number[] = [];
  let nth = 0;
  const one = async () => {
    const began = performance.now();
    await stage.runbook.append(OPERATION, [progress(past + 2 + nth++)]);
    times.push(performance.now() - began);
  };
  for (let time = 0; time < REPEATED; time += 1) await one();
  const { cost } = await since(() => process.store.append(OPERATION, [progress(past + 900)]));
  const { requests, reads, writes } = cost;
  return {
    what: "append an event (cost: of a new process)",
    past,
    requests,
    reads,
    writes,
    kilobytes: 0,
    medianMs: median(times),
  };
}

async function searchForNobody(stage: Stage) {
  const { request, since } = await stage.newProcess();
  const began = performance.now();
  let pages = 0;
  const { cost } = await since(async () => {
    for (let next: string | undefined = `/v1/operations?target=crm&status=${NOBODY}`; next; pages += 1)
      next = ((await (await request(next)).json()) as { next?: string }).next;
  });
  return { status: NOBODY, pages, reads: cost.reads, seconds: seconds(began) };
}

/** What a process of the API or the runbook has in memory once it has looked at very many operations. */
async function processMemory(stage: Stage, past: number) {
  const store = stage.storeOf(stage.connect());
  const after: Record<number, number> = {};
  const before = heap();
  for (let nth = 0; nth < Math.min(past, 4_000); nth += 1) {
    await store.get(pastId(nth));
    if ([500, 1_000, 2_000, 4_000].includes(nth + 1)) after[nth + 1] = megabytes(heap() - before);
  }
  return { megabytesAfterLookingAt: after };
}

function heap(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

/** What one upgrade leaves in the table for ever. */
async function recordsOfOne() {
  const { cloud, request, runOf } = await manyNoticeboards(1);
  const id = await request(0);
  await runOf(0).ended;
  const client = new DynamoDBClient(cloud.configFor("operator"));
  const { Items = [], Count = 0 } = await client.send(new ScanCommand({ TableName: "intermission" }));
  const own = Items.filter(({ pk, sk }) => pk?.S === `operation#${id}` || sk?.S === `operation#${id}`);
  const bytes = own.reduce((sum, item) => sum + JSON.stringify(item).length, 0);
  return { items: own.length, ofTheTable: Count, kilobytes: Math.round(bytes / 1_000) };
}

function seconds(began: number): number {
  return Math.round((performance.now() - began) / 100) / 10;
}
function megabytes(bytes: number): number {
  return Math.round(bytes / 100_000) / 10;
}
function median(times: number[]): number {
  return Math.round(times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]! * 10) / 10;
}
