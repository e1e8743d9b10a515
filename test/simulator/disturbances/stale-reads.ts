import fc from "fast-check";
import { z } from "zod";
import { kind } from "./kind.ts";
import { lasts } from "./lasting.ts";
import { seconds } from "./seconds.ts";

const services = ["ECS", "Elastic Load Balancing v2", "RDS"] as const;

export const staleReads = {
  /** Reads answer what was so a while ago, within the eventual consistency of AWS. */
  "reads-stale": kind({
    schema: z.strictObject({
      what: z.literal("reads-stale"),
      service: z.enum(services),
      lagMs: z.int().min(0).max(60_000).describe("How old an answer may be"),
      order: z.enum(["late", "flapping"]).describe("Flapping: an older answer may follow a newer one"),
      forMs: z.int().min(0),
    }),
    any: fc.record({
      what: fc.constant("reads-stale" as const),
      service: fc.constantFrom(...services),
      lagMs: fc.constantFrom(1_000, 2_000, 5_000, 10_000, 15_000),
      order: fc.constantFrom("late" as const, "flapping" as const),
      forMs: seconds({ min: 5, max: 300 }),
    }),
    weight: 6,
    happen(cloud, { forMs, service, lagMs, order }) {
      lasts(cloud, forMs, cloud.staleReads.begin({ service, lagMs, order }));
      return true;
    },
  }),
};
