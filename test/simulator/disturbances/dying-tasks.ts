import fc from "fast-check";
import { z } from "zod";
import { kind } from "./kind.ts";
import { nth, tasksOf } from "./the-target.ts";

const which = z.enum(["leader", "old", "new", "any"]).describe("Which of the target's tasks");
const place = z.int().min(0).describe("Which of those, counted round and round");
const anyOne = {
  which: fc.constantFrom("leader" as const, "old" as const, "new" as const, "any" as const),
  nth: fc.nat({ max: 7 }),
};

export const dyingTasks = {
  "task-dies": kind({
    schema: z.strictObject({ what: z.literal("task-dies"), which, nth: place }),
    any: fc.record({ what: fc.constant("task-dies" as const), ...anyOne }),
    weight: 4,
    happen(cloud, { which, nth: place }) {
      const running = tasksOf(cloud, which).filter(({ containers }) =>
        containers.some(({ lastStatus }) => lastStatus === "RUNNING"),
      );
      const task = nth(running, place);
      if (task) cloud.ecs.killTask(task.taskArn);
      return task !== undefined;
    },
  }),

  /** AWS takes the capacity back of a task that runs on Spot; what runs on any other is never hit. */
  "spot-interruption": kind({
    schema: z.strictObject({ what: z.literal("spot-interruption"), which, nth: place }),
    any: fc.record({ what: fc.constant("spot-interruption" as const), ...anyOne }),
    happen(cloud, { which, nth: place }) {
      const onSpot = tasksOf(cloud, which).filter(
        ({ capacityProviderName, desiredStatus }) =>
          capacityProviderName === "FARGATE_SPOT" && desiredStatus === "RUNNING",
      );
      const task = nth(onSpot, place);
      if (task) cloud.ecs.interruptSpot(task.taskArn);
      return task !== undefined;
    },
  }),
};
