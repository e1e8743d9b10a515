import fc from "fast-check";
import { z } from "zod";
import type { Passing, Trouble } from "../../../src/sandbox/cloud/ecs/trouble.ts";
import type { SimulatedCloud } from "../../simulation/simulated-cloud.ts";
import { kind } from "./kind.ts";
import { lasts } from "./lasting.ts";
import { seconds } from "./seconds.ts";

const forMs = z.int().min(0).describe("For how long");
const statuses = ["PROVISIONING", "PENDING", "DEPROVISIONING"] as const satisfies Passing[];

/** Of two of a kind that overlap the later one ends both. */
function troubled(cloud: SimulatedCloud, forMs: number, trouble: Trouble): true {
  cloud.ecs.disturb(trouble);
  const none = { noCapacity: false, cannotPull: false, stuckIn: [] };
  const end = Object.fromEntries(Object.entries(none).filter(([name]) => name in trouble));
  lasts(cloud, forMs, () => cloud.ecs.disturb(end));
  return true;
}

export const stuckTasks = {
  "tasks-stuck": kind({
    schema: z.strictObject({ what: z.literal("tasks-stuck"), status: z.enum(statuses), forMs }),
    any: fc.record({
      what: fc.constant("tasks-stuck" as const),
      status: fc.constantFrom(...statuses),
      forMs: seconds({ min: 10, max: 1_200 }),
    }),
    weight: 3,
    happen: (cloud, { status, forMs }) => troubled(cloud, forMs, { stuckIn: [status] }),
  }),

  /** RunTask fails, and services cannot place what they want. */
  "capacity-missing": kind({
    schema: z.strictObject({ what: z.literal("capacity-missing"), forMs }),
    any: fc.record({ what: fc.constant("capacity-missing" as const), forMs: seconds({ min: 5, max: 1_800 }) }),
    weight: 3,
    happen: (cloud, { forMs }) => troubled(cloud, forMs, { noCapacity: true }),
  }),

  "images-unreachable": kind({
    schema: z.strictObject({ what: z.literal("images-unreachable"), forMs }),
    any: fc.record({ what: fc.constant("images-unreachable" as const), forMs: seconds({ min: 5, max: 600 }) }),
    happen: (cloud, { forMs }) => troubled(cloud, forMs, { cannotPull: true }),
  }),
};
