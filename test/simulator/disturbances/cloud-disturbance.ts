import fc from "fast-check";
import { z } from "zod";
import type { SimulatedCloud } from "../../simulation/simulated-cloud.ts";
import { delayedRules } from "./delayed-rules.ts";
import { dyingTasks } from "./dying-tasks.ts";
import type { Kind } from "./kind.ts";
import { endAll } from "./lasting.ts";
import { listenerByOthers } from "./listener-by-others.ts";
import { scalingByOthers } from "./scaling-by-others.ts";
import { servicesByOthers } from "./services-by-others.ts";
import { staleReads } from "./stale-reads.ts";
import { stuckTasks } from "./stuck-tasks.ts";
import { troubledDatabases } from "./troubled-databases.ts";

/** Every kind of disturbance, by what it is called. */
export const kinds = {
  ...dyingTasks,
  ...servicesByOthers,
  ...listenerByOthers,
  ...scalingByOthers,
  ...troubledDatabases,
  ...stuckTasks,
  ...delayedRules,
  ...staleReads,
};

/** Something that happens to the cloud under an operation's feet, which nobody asked the runbook about. Plain JSON. */
export type CloudDisturbance = z.output<(typeof kinds)[keyof typeof kinds]["schema"]>;

const all = Object.values(kinds) as unknown as [Kind, ...Kind[]];

export const cloudDisturbanceSchema = z.discriminatedUnion(
  "what",
  all.map(({ schema }) => schema) as [z.ZodObject, ...z.ZodObject[]],
) as unknown as z.ZodType<CloudDisturbance>;

/** Any of them, the likelier ones more often. */
export const anyCloudDisturbance = (): fc.Arbitrary<CloudDisturbance> =>
  fc.oneof(...all.map(({ any, weight = 1 }) => ({ arbitrary: any as fc.Arbitrary<CloudDisturbance>, weight })));

/** Makes it happen now. Answers whether there was anything to happen to. */
export async function disturbCloud(cloud: SimulatedCloud, disturbance: CloudDisturbance): Promise<boolean> {
  const { happen } = kinds[disturbance.what] as unknown as Kind;
  return happen(cloud, disturbance);
}

/** Ends what would go on by itself, once the operation is to be judged: capacity is there again, nothing is stuck. */
export async function healCloud(cloud: SimulatedCloud): Promise<void> {
  endAll(cloud);
}
