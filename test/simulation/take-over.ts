import { type Decided, decide } from "./answers.ts";
import type { SimulatedCloud } from "./simulated-cloud.ts";

/** What leads to another run of an operation: the decision is there first, then the epoch is raised and the log says so. Answers the epoch. */
export async function takeOver(
  cloud: SimulatedCloud,
  { id, decided }: { id: string; decided: Decided },
): Promise<number> {
  const { store } = cloud;
  await decide(cloud, { id, answer: decided });
  const { epoch: before } = await store.control(id);
  const epoch = await store.raiseEpoch(id, before);
  const why = decided.what === "restore" ? "restore was started by hand" : `decided: ${decided.what}`;
  await store.append(id, [{ type: "taken-over", key: `taken-over/${epoch}`, epoch, why }]);
  return epoch;
}
