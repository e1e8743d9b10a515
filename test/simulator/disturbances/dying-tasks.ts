import fc from "fast-check";
import { z } from "zod";
import { kind } from "./kind.ts";
import { lasts } from "./lasting.ts";
import { seconds } from "./seconds.ts";
import { nth, tasksOf } from "./the-target.ts";

const which = z.enum(["leader", "old", "new", "any"]).describe("Which of the target's tasks");
const place = z.int().min(0).describe("Which of those, counted round and round");
const anyOne = {
  which: fc.constantFrom("leader" as const, "old" as const, "new" as const, "any" as const),
  nth: fc.nat({ max: 7 }),
};

export const dyingTasks = {
  "task-dies": kind({
    schema: z.strictObject({
      what: z.literal("task-dies"),
      which,
      nth: place,
      exitCode: z.int().min(0).max(255).optional().describe("Killed from outside, unless it ends by itself"),
    }),
    any: fc.record(
      { what: fc.constant("task-dies" as const), ...anyOne, exitCode: fc.constantFrom(0, 1, 137) },
      { requiredKeys: ["what", "which", "nth"] },
    ),
    weight: 4,
    happen(cloud, { which, nth: place, exitCode }) {
      const running = tasksOf(cloud, which).filter(({ containers }) =>
        containers.some(({ lastStatus }) => lastStatus === "RUNNING"),
      );
      const task = nth(running, place);
      if (!task) return false;
      if (exitCode !== undefined) return cloud.containers.end(task.taskArn, exitCode);
      cloud.ecs.killTask(task.taskArn);
      return true;
    },
  }),

  /** Nobody gets an answer of it, and its health checks fail; what it does on the database it goes on with. */
  "node-silent": kind({
    schema: z.strictObject({
      what: z.literal("node-silent"),
      which,
      nth: place,
      forMs: z.int().min(0).optional().describe("For ever where nothing is said"),
    }),
    any: fc.record(
      { what: fc.constant("node-silent" as const), ...anyOne, forMs: seconds({ min: 2, max: 300 }) },
      { requiredKeys: ["what", "which", "nth"] },
    ),
    weight: 2,
    happen(cloud, { which, nth: place, forMs }) {
      const addressed = tasksOf(cloud, which).flatMap(({ lastStatus, containers }) => {
        const address = containers[0]?.networkInterfaces[0]?.privateIpv4Address;
        return lastStatus === "RUNNING" && address !== undefined ? [address] : [];
      });
      const host = nth(addressed, place);
      if (host === undefined) return false;
      lasts(cloud, forMs, cloud.hosts.silence(host));
      return true;
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
