import { nameOf } from "../containers.ts";
import type { Story } from "../story.ts";
import type { Fault } from "./ending.ts";

/** Nobody tells other nodes what was changed at one: after the work of a maintenance every node has started anew. */
export function startedAnewFaults({ scenario, moments, containers }: Story): Fault[] {
  const { workEndedAt } = moments;
  if (scenario.procedure !== "maintenance" || scenario.traffic === "open") return [];
  if (workEndedAt === undefined)
    return [{ message: "expected a maintenance that succeeded to have waited for the work, found no such claim" }];
  return containers
    .filter(({ application, ended, started }) => application && !ended && started.at < workEndedAt)
    .map((life) => ({
      message: `expected every node to have started after the work ended (${workEndedAt}), found ${nameOf(life)} from before`,
      events: [life.started.seq],
    }));
}
