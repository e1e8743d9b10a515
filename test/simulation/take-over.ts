import { takeOver as takeOverFrom } from "../../src/operations/take-over.ts";
import { type Decided, decide } from "./answers.ts";
import type { SimulatedCloud } from "./simulated-cloud.ts";

/** What leads to another run of an operation, as the API does it: a decision, or `restore`. Answers the epoch of that run. */
export async function takeOver(
  cloud: SimulatedCloud,
  { id, decided }: { id: string; decided: Decided },
): Promise<number> {
  const { store } = cloud;
  await decide(cloud, { id, answer: decided });
  const { epoch: from } = await store.control(id);
  const why = decided.what === "restore" ? "restore was started by hand" : `decided: ${decided.what}`;
  const { epoch } = await takeOverFrom({ store, start: async () => {} }, { id, from, why });
  return epoch;
}
