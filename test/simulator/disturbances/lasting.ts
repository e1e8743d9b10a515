import type { SimulatedCloud } from "../../simulation/simulated-cloud.ts";

/** What goes on in each cloud until it is ended. */
const going = new WeakMap<SimulatedCloud, Set<() => void>>();

/** Ends what has just begun after so many milliseconds, or when the cloud is healed; only then where nothing is given. */
export function lasts(cloud: SimulatedCloud, forMs: number | undefined, end: () => void): void {
  const ends = going.get(cloud) ?? new Set();
  going.set(cloud, ends);
  const once = () => {
    if (ends.delete(once)) end();
  };
  ends.add(once);
  if (forMs !== undefined) cloud.world.timers.after(forMs, once);
}

/** Ends whatever still goes on. */
export function endAll(cloud: SimulatedCloud): void {
  for (const end of going.get(cloud) ?? []) end();
}
