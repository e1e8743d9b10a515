import { PutScheduledActionCommand, RegisterScalableTargetCommand } from "@aws-sdk/client-application-auto-scaling";
import fc from "fast-check";
import { z } from "zod";
import { kind } from "./kind.ts";
import { carriedOut, othersOf } from "./others.ts";
import { seconds } from "./seconds.ts";
import { nth, theTarget } from "./the-target.ts";

const service = z.int().min(0).describe("Which of the target's scalable services, counted round and round");

const COUNTS = { ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount" } as const;

export const scalingByOthers = {
  /** Nothing comes of it while scaling is suspended: that is so with every service that the operation has stopped. */
  "scaling-activity": kind({
    schema: z.strictObject({ what: z.literal("scaling-activity"), service, more: z.int().min(-10).max(10) }),
    any: fc.record({
      what: fc.constant("scaling-activity" as const),
      service: fc.nat({ max: 1 }),
      more: fc.constantFrom(-2, -1, 1, 2),
    }),
    weight: 2,
    happen(cloud, { service: place, more }) {
      const target = nth(theTarget(cloud).state.autoScaling.targets, place);
      return target ? cloud.autoScaling.want(target.ResourceId, more) : false;
    },
  }),

  /** An action that was put for a moment in a little while, and changes the bounds then unless scheduled scaling is suspended. */
  "scheduled-action": kind({
    schema: z.strictObject({
      what: z.literal("scheduled-action"),
      service,
      min: z.int().min(0).max(10),
      more: z.int().min(0).max(10),
      inMs: z.int().min(1_000),
    }),
    any: fc.record({
      what: fc.constant("scheduled-action" as const),
      service: fc.nat({ max: 1 }),
      min: fc.nat({ max: 4 }),
      more: fc.nat({ max: 4 }),
      inMs: seconds({ min: 1, max: 120 }),
    }),
    async happen(cloud, { service: place, min, more, inMs }) {
      const target = nth(theTarget(cloud).state.autoScaling.targets, place);
      if (!target) return false;
      const at = new Date(cloud.world.clock.now() + inMs).toISOString().slice(0, 19);
      return carriedOut(
        othersOf(cloud).autoScaling.send(
          new PutScheduledActionCommand({
            ...COUNTS,
            ResourceId: target.ResourceId,
            ScheduledActionName: `night-${at}`,
            Schedule: `at(${at})`,
            ScalableTargetAction: { MinCapacity: min, MaxCapacity: Math.max(1, min + more) },
          }),
        ),
      );
    },
  }),

  "scaling-resumed": kind({
    schema: z.strictObject({ what: z.literal("scaling-resumed"), service }),
    any: fc.record({ what: fc.constant("scaling-resumed" as const), service: fc.nat({ max: 1 }) }),
    weight: 2,
    async happen(cloud, { service: place }) {
      const target = nth(theTarget(cloud).state.autoScaling.targets, place);
      if (!target) return false;
      const SuspendedState = {
        DynamicScalingInSuspended: false,
        DynamicScalingOutSuspended: false,
        ScheduledScalingSuspended: false,
      };
      return carriedOut(
        othersOf(cloud).autoScaling.send(
          new RegisterScalableTargetCommand({
            ...COUNTS,
            ResourceId: target.ResourceId,
            SuspendedState,
          }),
        ),
      );
    },
  }),

  "bounds-changed": kind({
    schema: z.strictObject({
      what: z.literal("bounds-changed"),
      service,
      min: z.int().min(0).max(10),
      more: z.int().min(0).max(10).describe("How much higher the maximum is"),
    }),
    any: fc.record({
      what: fc.constant("bounds-changed" as const),
      service: fc.nat({ max: 1 }),
      min: fc.nat({ max: 4 }),
      more: fc.nat({ max: 4 }),
    }),
    weight: 2,
    async happen(cloud, { service: place, min, more }) {
      const target = nth(theTarget(cloud).state.autoScaling.targets, place);
      if (!target) return false;
      return carriedOut(
        othersOf(cloud).autoScaling.send(
          new RegisterScalableTargetCommand({
            ...COUNTS,
            ResourceId: target.ResourceId,
            MinCapacity: min,
            MaxCapacity: Math.max(1, min + more),
          }),
        ),
      );
    },
  }),
};
