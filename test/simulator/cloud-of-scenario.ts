import { milliseconds } from "../../src/targets/duration.ts";
import { noticeboardCloud } from "../simulation/noticeboard-cloud.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import type { Scenario } from "./scenario.ts";
import { shapeNamed } from "./shapes.ts";

/** Whoever may do everything: the person at the terminal. */
const ACCESS = 'access: { iam: [{ role: "arn:aws:iam::111122223333:role/operator", allow: ["*"] }] }';
/** What waits for long costs a look a second, and shows nothing that a shorter wait does not. */
const TIMEOUTS = {
  ...{ otherWriters: "3m", stop: "8m", snapshot: "5m", migrate: "3m", scaleOut: "4m" },
  ...{ open: "1m", restore: "10m", putBack: "5m" },
};

const MINUTE_MS = 60_000;
/** What its usual time limits add up to, and a minute for the calls between: however short a scenario makes them, steps are repeated for as long as ever. */
export const DEADLINE_MS = Object.values(TIMEOUTS).reduce((sum, text) => sum + milliseconds(text), 2 * MINUTE_MS);

/** The usual latencies of a simulated history; a scenario's own are laid over them. */
const LATENCIES = {
  ecs: { schedulerTickMs: 5_000, provisioningMs: 4_000, pullMs: 4_000, deprovisioningMs: 8_000 },
  rds: { snapshotMs: 5_000, instanceMs: 20_000, modifyMs: 5_000, renameMs: 10_000, renameDnsMs: 20_000 },
};

/** A noticeboard as the scenario has it, with nothing happening yet. */
export async function cloudOfScenario({
  seed,
  shape,
  procedure,
  application,
  latencies,
  switches,
  timeouts,
  isUnsigned,
}: Scenario): Promise<SimulatedCloud> {
  const { target = [], ...given } = shapeNamed(shape);
  const { breakage, followerBreakage, cannotStart, migrationMs } = application;
  const cloud = await noticeboardCloud({
    ...given,
    ...{ breakage, followerBreakage, cannotStart, migrationMs, seedNumber: seed, isUnsigned },
    installMs: procedure.procedure === "first-start" ? migrationMs : undefined,
    latencies: Object.entries({
      ...latencies,
      ecs: { ...LATENCIES.ecs, ...latencies.ecs },
      rds: { ...LATENCIES.rds, ...latencies.rds },
    }).map(([service, members]) => `${service}: ${JSON.stringify(members)}`),
    target: [...target, ACCESS, `timeouts: ${JSON.stringify({ ...TIMEOUTS, ...timeouts })}`],
  });
  // Not before everything stands: what it is built of is not what is to be disturbed.
  Object.assign(cloud.world.switches, switches);
  return cloud;
}
