import type { Target } from "../targets/schema.ts";
import type { Discovery, Read } from "./discovery.ts";
import { doorsTo } from "./doors.ts";
import { askReady, entrances, frontDoors } from "./front-door.ts";
import type { World } from "./operation-run.ts";

/** What every address of the load balancer answers now, asked from where the runbook runs. */
export type Reachability = Read<{ address: string; ready: boolean; seen: string }[]>;

export async function reach(
  world: Pick<World, "http" | "resolveName">,
  target: Target,
  discovery: Discovery,
): Promise<Reachability> {
  const { listeners, loadBalancers, targetGroups } = discovery;
  if (!listeners.ok) return listeners;
  if (!loadBalancers.ok) return loadBalancers;
  if (!targetGroups.ok) return targetGroups;
  try {
    const doors = doorsTo(
      listeners.value,
      targetGroups.value.map(({ arn }) => arn),
    );
    const found = await entrances(world, { doors: frontDoors({ target, doors }), loadBalancers: loadBalancers.value });
    if (found.length === 0) return { ok: false, error: "the load balancer's name resolves to no address" };
    const answers = found.map(async (entrance) => {
      try {
        const verdict = await askReady({ world, target, entrance });
        return {
          address: entrance.address,
          ready: verdict.kind === "ready",
          seen: verdict.kind === "ready" ? "ready" : verdict.seen,
        };
      } catch (error) {
        return { address: entrance.address, ready: false, seen: String(error) };
      }
    });
    return { ok: true, value: await Promise.all(answers) };
  } catch (error) {
    return { ok: false, error: String(error) };
  }
}
