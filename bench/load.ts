import { wholeNumber } from "../src/command-line/meanings.ts";
import { readOptions } from "../src/command-line/read-options.ts";
import { type Asked, runCommand } from "../src/command-line/run-command.ts";
import { fillOf } from "../test/load/buckets.ts";
import { costsOf, type Measured } from "../test/load/costs.ts";
import { upgradeMany } from "../test/load/many-noticeboards.ts";
import { createStage } from "../test/load/stage.ts";
import { inVirtualTime } from "../test/virtual-time.ts";

const HELP = `npm run bench:load -- [--events N] [--past N] [--targets N]

What viewers and operations cost in DynamoDB, as DynamoDB counts it, and what many operations at once ask of the rest of AWS. In virtual time.

  --events N   how long the longest log of an operation is (5000)
  --past N     how many operations of the past a target has (10000)
  --targets N  how many targets are upgraded at once; 0 for none (20)
  --help, -h   this text
`;

type LoadCommand = { kind: "load"; events: number; past: number; targets: number };

process.exitCode = await runCommand({ help: HELP, read: readCommand, run });

function readCommand(args: string[]): Asked<LoadCommand> {
  const { values, problems } = readOptions(args, {
    options: {
      events: { type: "string", default: 5_000, as: wholeNumber({ least: 1, most: 1_000_000 }) },
      past: { type: "string", default: 10_000, as: wholeNumber({ least: 0, most: 1_000_000 }) },
      targets: { type: "string", default: 20, as: wholeNumber({ least: 0, most: 1_000 }) },
    },
  });
  const { help, ...numbers } = values;
  if (help) return { kind: "help" };
  return problems.length > 0 ? { kind: "wrong", problems } : { kind: "load", ...numbers };
}

async function run({ events, past, targets }: LoadCommand): Promise<number> {
  const costs = new Map<number, Measured[]>();
  for (const length of [1, 100, events]) {
    const stage = await createStage();
    await stage.logOf(length);
    await stage.past(length === 1 ? 0 : past);
    costs.set(length, await costsOf(stage));
  }
  const shown = ({ requests, reads, writes, bytes }: Measured) =>
    `${requests} req, ${reads} RCU${writes ? `, ${writes} WCU` : ""}, ${Math.ceil(bytes / 1_000)} kB`;
  console.log(
    `\nOne request of one viewer, by the length of the operation's log; ${past} operations of the past from 100 on\n`,
  );
  console.table(
    costs.get(1)!.map(({ what, seen }, row) => ({
      what,
      "looked before": seen ? "yes" : "no",
      ...Object.fromEntries([...costs].map(([length, all]) => [`${length} events`, shown(all[row]!)])),
    })),
  );

  if (targets > 0)
    await inVirtualTime(async () => {
      const { endings, calls } = await upgradeMany(targets);
      const minutes =
        endings.reduce((sum, { state }) => sum + Date.parse(state.finishedAt!) - Date.parse(state.requestedAt), 0) /
        targets /
        60_000;
      const table = calls.filter(({ service }) => service === "DynamoDB");
      const written = table.filter(({ operation }) => operation === "PutItem" || operation === "UpdateItem").length;
      console.log(
        `\n${targets} upgrades at once, ${minutes.toFixed(1)} minutes each: ${endings.map(({ ending }) => ending.status).join(" ")}`,
      );
      console.log(
        `of the table, each: ${Math.round((table.length - written) / targets)} reads, ${Math.round(written / targets)} writes\n`,
      );
      console.table(fillOf(calls));
    });
  return 0;
}
