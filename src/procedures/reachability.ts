import type { LoadBalancer } from "../aws/load-balancer.ts";
import type { Target } from "../targets/schema.ts";
import type { Discovery, Read } from "./discovery.ts";
import { entrances, nameOfEntrance, notReady } from "./front-door.ts";
import { type Answer, answerOf } from "./in-a-row.ts";
import { type InFront, lookInFront } from "./in-front.ts";
import { refusedByFirewall } from "./instead.ts";
import type { World } from "./operation-run.ts";
import { askThrough, closedDoors, nameOf } from "./page-proof.ts";
import { closuresToCome, frontDoors, leaderDoors, type Site, siteOf } from "./site.ts";

/** What is answered now, asked from where the runbook runs: the application at the users' doors, anything at every other way in. */
export type Reachability = Read<{ answers: AnswerThere[]; inFront: InFront }>;
export type AnswerThere = Answer & { loadBalancerArn: string };

type Asking = Pick<World, "http" | "resolveName">;

export async function reach(
  world: Asking,
  { target, discovery, operationId }: { target: Target; discovery: Discovery; operationId: string },
): Promise<Reachability> {
  const { loadBalancers } = discovery;
  const site = siteOf(target, discovery);
  if (!site.ok) return site;
  if (!loadBalancers.ok) return loadBalancers;
  const balancers = loadBalancers.value;
  const { closures } = closuresToCome(site.value, operationId);
  try {
    const unresolved = await withoutAddress(world, balancers);
    if (unresolved.length) {
      const why = "the load balancer's own addresses are not known";
      return { ok: true, value: { answers: unresolved, inFront: { kind: "unknown", why } } };
    }
    const front = await entrances(world, { doors: openDoors(site.value), loadBalancers: balancers });
    const others = await closedDoors(world, { closures, loadBalancers: balancers });
    const own = [...front, ...others].map(({ address }) => address);
    const [inFront, ...answers] = await Promise.all([
      lookInFront(world, target, own),
      ...front.map(async (entrance) => ({
        ...(await answerOf(nameOfEntrance(entrance), () => notReady({ world, target, entrance }))),
        loadBalancerArn: entrance.door.listener.loadBalancerArn,
      })),
      // What cannot be asked now could not be proven to be closed either, and that would be found out with the page half up.
      ...others.map(async (door) => ({
        ...(await answerOf(nameOf(door), async () => refusedByFirewall(await askThrough(world, target, door)))),
        loadBalancerArn: door.closure.door.listener.loadBalancerArn,
      })),
    ]);
    return { ok: true, value: { answers, inFront } };
  } catch (error) {
    return { ok: false, error: String(error) };
  }
}

/** Where users come in, and where the probes will ask the leader: both must lead to the application. */
const openDoors = (site: Site) => [
  ...new Map([...frontDoors(site), ...leaderDoors(site)].map((door) => [door.listener.arn, door])).values(),
];

/** An answer for each whose name leads nowhere from here. */
async function withoutAddress(world: Asking, balancers: LoadBalancer[]): Promise<AnswerThere[]> {
  const found = await Promise.all(
    balancers.map(async ({ arn, dnsName }) => ({
      ...(await answerOf(dnsName, async () =>
        (await world.resolveName(dnsName)).length ? undefined : { wrong: "no address", cause: "no-such-name" },
      )),
      loadBalancerArn: arn,
    })),
  );
  return found.filter(({ wrong }) => wrong !== undefined);
}
