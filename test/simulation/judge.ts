import { expect } from "vitest";
import type { OperationEvent } from "../../src/operations/event.ts";
import { check } from "../../src/sandbox/checker/check.ts";
import { type CloudState, cloudStateOf } from "../../src/sandbox/checker/cloud-state.ts";
import { scenarioOf } from "../../src/sandbox/checker/scenario.ts";
import type { Write } from "../../src/sandbox/checker/story.ts";
import type { Verdict } from "../../src/sandbox/checker/verdict.ts";
import { aboutOf } from "./about.ts";
import { rowsOf } from "./noticeboard-cloud.ts";
import type { Finished } from "./run-procedure.ts";
import type { SimulatedCloud } from "./simulated-cloud.ts";
import type { Acknowledged } from "./visitors.ts";

/** The cloud as it is now. Take one before the operation: the judgement compares with it. */
export const stateOf = ({ ecs, elb, rds, autoScaling, eventBridge, scheduler }: SimulatedCloud): CloudState =>
  cloudStateOf({
    ecs: ecs.state(),
    elbv2: elb.state(),
    rds: rds.state(),
    autoScaling: autoScaling.state(),
    eventBridge: eventBridge.state(),
    scheduler: scheduler.state(),
  });

export type Judged = {
  before: CloudState;
  finished: Pick<Finished, "state" | "events">;
  visitors: { acknowledged: Acknowledged[] };
  /** What a rollback takes back. */
  takesBack?: Finished["state"];
  /** Further operations that the cloud has seen. */
  others?: { id: string; claims: OperationEvent[] }[];
  /** The longest a run of the operation may take, but for the time that people take; by default what the target's own time limits add up to. */
  deadlineMs?: number;
};

/** Judges a finished operation on the noticeboard by the cloud's event log. */
export function judge(cloud: SimulatedCloud, judged: Judged): Verdict {
  const { before, finished, visitors, takesBack, others, deadlineMs } = judged;
  const { id, request, target: name } = finished.state;
  const target = cloud.configuration.targets.get(name);
  if (!target) throw new Error(`expected ${id} to be of a target in intermission.yml, found ${name}`);
  const scenario = scenarioOf({
    ...aboutOf(cloud, { request, before, takesBack }),
    target,
    state: before,
    deadlineMs: deadlineMs ?? allTimeouts(target.timeouts),
  });
  return check({
    events: cloud.world.log.after(),
    scenario,
    operation: { id, claims: finished.events },
    otherOperations: others,
    before,
    after: stateOf(cloud),
    writes: {
      acknowledged: visitors.acknowledged.map(({ at, text, price }) => ({
        key: text,
        value: String(price * 100),
        at: new Date(at).toISOString(),
      })),
      found: rowsOf(cloud).map(writeOf),
    },
  });
}

/** The whole judgement in one line at a test's end. */
export function expectNoViolation(cloud: SimulatedCloud, judged: Judged): void {
  expect(judge(cloud, judged).violations).toEqual([]);
}

/** Both versions' rows in one form: the price in cents. */
const writeOf = ({ text, price, cents }: ReturnType<typeof rowsOf>[number]): Write => ({
  key: text,
  value: String(cents ?? (price ?? 0) * 100),
});

/** Besides its waits an operation only makes calls; a minute is plenty for them. */
const allTimeouts = (timeouts: Record<string, number>): number =>
  Object.values(timeouts).reduce((sum, ms) => sum + ms, 60_000);
