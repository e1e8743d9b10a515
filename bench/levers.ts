import { availableParallelism } from "node:os";
import { parseArgs, styleText } from "node:util";
import { createJobPool } from "./measure/job-pool.ts";
import { measureLevers } from "./measure/measure-levers.ts";
import { profiles } from "./profiles/profiles.ts";
import { leverTable } from "./report/lever-table.ts";
import { inTerminal } from "./report/terminal-table.ts";

/*
 * What each option that shortens the window is worth, by itself: the same upgrade without it and with it, in virtual time.
 *   npm run bench:levers [-- --seeds 3 --workers 2 --json]
 */
const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "3" },
    workers: { type: "string", default: String(availableParallelism()) },
    json: { type: "boolean", default: false },
  },
});
const pool = createJobPool(Number(values.workers));
try {
  const measured = await measureLevers({ profiles, seeds: Number(values.seeds), run: pool.run });
  console.log(
    values.json
      ? JSON.stringify({ levers: measured }, null, 2)
      : inTerminal(leverTable(measured), (text) => styleText("bold", text, { stream: process.stdout })),
  );
} finally {
  pool.close();
}
