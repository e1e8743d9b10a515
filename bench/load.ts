import { parseArgs } from "node:util";
import { fillOf } from "../test/load/buckets.ts";
import { costsOf, type Measured } from "../test/load/costs.ts";
import { upgradeMany } from "../test/load/many-noticeboards.ts";
import { createStage } from "../test/load/stage.ts";
import { inVirtualTime } from "../test/virtual-time.ts";

/*
 * What viewers and operations cost in DynamoDB, as DynamoDB counts it, and what many operations at once ask of the rest of AWS:
 *   npm run bench:load [-- --events 5000 --past 10000 --targets 20]
 */
const { values } = parseArgs({
  options: {
    events: { type: "string", default: "5000" },
    past: { type: "string", default: "10000" },
    targets: { type: "string", default: "20" },
  },
});
const [events, past, targets] = [Number(values.events), Number(values.past), Number(values.targets)];

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
