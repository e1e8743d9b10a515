import { RegisterScalableTargetCommand } from "@aws-sdk/client-application-auto-scaling";
import fc from "fast-check";
import { z } from "zod";
import { kind } from "./kind.ts";
import { carriedOut, othersOf } from "./others.ts";
import { nth, theTarget } from "./the-target.ts";

const service = z.int().min(0).describe("Which of the target's scalable services, counted round and round");

export const scalingByOthers = {
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
            ServiceNamespace: "ecs",
            ScalableDimension: "ecs:service:DesiredCount",
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
            ServiceNamespace: "ecs",
            ScalableDimension: "ecs:service:DesiredCount",
            ResourceId: target.ResourceId,
            MinCapacity: min,
            MaxCapacity: Math.max(1, min + more),
          }),
        ),
      );
    },
  }),
};
