import { OPERATION } from "../../simulation/run-upgrade.ts";
import type { SimulatedCloud } from "../../simulation/simulated-cloud.ts";

/** Production code stays as it is; a mistake is a lie or a neglect between it and the cloud. */
export type Mistake = (cloud: SimulatedCloud) => void;

export const CLUSTER = "noticeboard";
export const SERVICE = "noticeboard";
export const DATABASE = "noticeboard-db";

export function replace<Part, Name extends keyof Part>(
  part: Part,
  name: Name,
  make: (original: Part[Name]) => Part[Name],
): void {
  part[name] = make(part[name]);
}

/** Does something just before the operation says so. */
export function whenItSays({ store }: SimulatedCloud, claim: string, act: () => Promise<unknown>): void {
  replace(store, "append", (append) => async (id, facts) => {
    if (id === OPERATION && facts.some(({ type }) => type === claim)) await act();
    return append(id, facts);
  });
}
