import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stateOf } from "../simulation/judge.ts";
import { noticeboardCloud } from "../simulation/noticeboard-cloud.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../virtual-time.ts";
import {
  anyCloudDisturbance,
  type CloudDisturbance,
  cloudDisturbanceSchema,
  disturbCloud,
  healCloud,
  kinds,
} from "./disturbances/cloud-disturbance.ts";

/** What a disturbance makes of a quiet cloud: `look` says what is so before, and so much later. */
const changes = <Seen>(
  disturbance: CloudDisturbance,
  look: (cloud: SimulatedCloud) => Seen,
  { afterMs = 15_000, happens = true } = {},
) =>
  inVirtualTime(async () => {
    const cloud = await noticeboardCloud();
    const before = look(cloud);
    expect(await disturbCloud(cloud, disturbance)).toBe(happens);
    await cloud.world.clock.sleep(afterMs);
    const after = look(cloud);
    await healCloud(cloud);
    expect(cloud.bugs).toEqual([]);
    return { cloud, before, after };
  });

const running = (cloud: SimulatedCloud) =>
  stateOf(cloud).ecs.tasks.filter(({ lastStatus }) => lastStatus === "RUNNING").length;
test("every kind that is drawn is as its schema says", () => {
  fc.assert(
    fc.property(anyCloudDisturbance(), (disturbance) => {
      expect(cloudDisturbanceSchema.parse(disturbance)).toEqual(disturbance);
    }),
    { numRuns: 500 },
  );
  const drawn = new Set(fc.sample(anyCloudDisturbance(), { numRuns: 2_000, seed: 1 }).map(({ what }) => what));
  expect([...drawn].toSorted()).toEqual(Object.keys(kinds).toSorted());
});

describe("of tasks", () => {
  test("one dies", async () => {
    const { before, after } = await changes({ what: "task-dies", which: "old", nth: 4 }, running, { afterMs: 100 });
    expect([before, after]).toEqual([3, 2]);
  });
  test("none dies where there is none of that sort", () =>
    changes({ what: "task-dies", which: "leader", nth: 0 }, running, { happens: false }));
});

test("whatever happens to a cloud, nothing of the simulation breaks", { timeout: 30_000 }, () =>
  inVirtualTime(async () => {
    const cloud = await noticeboardCloud({ neighbour: true, worker: true });
    for (const disturbance of fc.sample(anyCloudDisturbance(), { numRuns: 60, seed: 7 })) {
      await disturbCloud(cloud, disturbance);
      await cloud.world.clock.sleep(5_000);
    }
    await healCloud(cloud);
    expect(cloud.bugs).toEqual([]);
  }),
);
