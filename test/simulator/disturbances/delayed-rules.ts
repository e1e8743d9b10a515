import fc from "fast-check";
import { z } from "zod";
import { kind } from "./kind.ts";
import { lasts } from "./lasting.ts";
import { seconds } from "./seconds.ts";
import { nth, theTarget } from "./the-target.ts";

export const delayedRules = {
  /** One address of the load balancer learns of rules much later than the others. */
  "address-slow": kind({
    schema: z.strictObject({
      what: z.literal("address-slow"),
      address: z.int().min(0),
      lateMs: z.int().min(0).describe("How much later it learns of a change"),
      forMs: z.int().min(0).describe("Of changes within so long"),
    }),
    any: fc.record({
      what: fc.constant("address-slow" as const),
      address: fc.nat({ max: 2 }),
      lateMs: seconds({ min: 5, max: 180 }),
      forMs: seconds({ min: 10, max: 900 }),
    }),
    weight: 2,
    happen(cloud, { address: place, lateMs, forMs }) {
      const address = nth(theTarget(cloud).listeners[0]?.addresses ?? [], place);
      if (address === undefined) return false;
      cloud.elb.disturb({ slowAddress: { address, ms: lateMs } });
      lasts(cloud, forMs, () => cloud.elb.disturb({ slowAddress: undefined }));
      return true;
    },
  }),

  /** Health checks of a target fail although it serves everybody. */
  "target-unhealthy": kind({
    schema: z.strictObject({
      what: z.literal("target-unhealthy"),
      target: z.int().min(0).describe("Which of the registered ones, counted round and round"),
      forMs: z.int().min(0),
    }),
    any: fc.record({
      what: fc.constant("target-unhealthy" as const),
      target: fc.nat({ max: 5 }),
      forMs: seconds({ min: 5, max: 300 }),
    }),
    weight: 2,
    happen(cloud, { target: place, forMs }) {
      const { state, groups } = theTarget(cloud);
      const targets = state.elbv2.targetGroups
        .filter(({ arn }) => groups.includes(arn))
        .flatMap((group) => group.targets.filter(({ State }) => State !== "draining"));
      const target = nth(targets, place);
      if (!target) return false;
      cloud.elb.disturb({ unchecked: [target.id] });
      lasts(cloud, forMs, () => cloud.elb.disturb({ unchecked: [] }));
      return true;
    },
  }),
};
