import type { Target } from "../targets/schema.ts";
import type { Discovery, Read } from "./discovery.ts";
import { entrances, nameOfEntrance, notReady } from "./front-door.ts";
import { type Answer, answerOf } from "./in-a-row.ts";
import type { World } from "./operation-run.ts";
import { askThrough, closedDoors, nameOf } from "./page-proof.ts";
import { closuresToCome, frontDoors, leaderDoors, type Site, siteOf } from "./site.ts";

/** What is answered now, asked from where the runbook runs: the application at the users' door, anything at every other way in. */
export type Reachability = Read<Answer[]>;

export async function reach(
  world: Pick<World, "http" | "resolveName">,
  { target, discovery, operationId }: { target: Target; discovery: Discovery; operationId: string },
): Promise<Reachability> {
  const { loadBalancers } = discovery;
  const site = siteOf(target, discovery);
  if (!site.ok) return site;
  if (!loadBalancers.ok) return loadBalancers;
  const { closures } = closuresToCome(site.value, operationId);
  try {
    const front = await entrances(world, { doors: openDoors(site.value), loadBalancers: loadBalancers.value });
    if (front.length === 0) return { ok: false, error: "the load balancer's name resolves to no address" };
    const others = await closedDoors(world, { closures, loadBalancers: loadBalancers.value });
    const answers = [
      ...front.map((entrance) => answerOf(nameOfEntrance(entrance), () => notReady({ world, target, entrance }))),
      // What cannot be asked now could not be proven to be closed either, and that would be found out with the page half up.
      ...others.map((door) => answerOf(nameOf(door), () => askThrough(world, target, door).then(() => undefined))),
    ];
    return { ok: true, value: await Promise.all(answers) };
  } catch (error) {
    return { ok: false, error: String(error) };
  }
}

/** Where users come in, and where the probes will ask the leader: both must lead to the application. */
const openDoors = (site: Site) => [
  ...new Map([...frontDoors(site), ...leaderDoors(site)].map((door) => [door.listener.arn, door])).values(),
];
