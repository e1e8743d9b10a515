import type { Target } from "../targets/schema.ts";
import { closuresToCome } from "./closing-rules.ts";
import type { Discovery, Read } from "./discovery.ts";
import { doorsTo } from "./doors.ts";
import { entrances, frontDoors, notReady } from "./front-door.ts";
import { type Answer, answerOf } from "./in-a-row.ts";
import type { World } from "./operation-run.ts";
import { askThrough, closedDoors, nameOf } from "./page-proof.ts";

/** What is answered now, asked from where the runbook runs: the application at the users' door, anything at every other way in. */
export type Reachability = Read<Answer[]>;

export async function reach(
  world: Pick<World, "http" | "resolveName">,
  { target, discovery, operationId }: { target: Target; discovery: Discovery; operationId: string },
): Promise<Reachability> {
  const { listeners, loadBalancers, targetGroups } = discovery;
  if (!listeners.ok) return listeners;
  if (!loadBalancers.ok) return loadBalancers;
  if (!targetGroups.ok) return targetGroups;
  const doors = doorsTo(
    listeners.value,
    targetGroups.value.map(({ arn }) => arn),
  );
  const { closures } = closuresToCome({
    operationId,
    target,
    targetGroups: targetGroups.value,
    listeners: listeners.value,
  });
  try {
    const front = await entrances(world, { doors: frontDoors({ target, doors }), loadBalancers: loadBalancers.value });
    if (front.length === 0) return { ok: false, error: "the load balancer's name resolves to no address" };
    const others = await closedDoors(world, { closures, loadBalancers: loadBalancers.value });
    const answers = [
      ...front.map((entrance) => answerOf(entrance.address, () => notReady({ world, target, entrance }))),
      // What cannot be asked now could not be proven to be closed either, and that would be found out with the page half up.
      ...others.map((door) => answerOf(nameOf(door), () => askThrough(world, target, door).then(() => undefined))),
    ];
    return { ok: true, value: await Promise.all(answers) };
  } catch (error) {
    return { ok: false, error: String(error) };
  }
}
