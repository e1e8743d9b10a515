import { OperationError } from "../operations/operation-error.ts";
import { presetOf } from "../targets/presets/preset.ts";
import { namesIn, versionIn } from "../targets/probe.ts";
import type { Target } from "../targets/schema.ts";
import type { Discovery, Read } from "./discovery.ts";
import { guardOf } from "./doors.ts";
import { type Ask, ask, entrances } from "./front-door.ts";
import type { World } from "./operation-run.ts";
import { frontDoors, leaderDoors, siteOf } from "./site.ts";

/** What the application says of itself. Undefined where it has no probe for that, or reports nothing. */
export type Application = { version: Read<string | undefined>; inventory: Read<string[] | undefined> };

type WayIn = Pick<Discovery, "services" | "targetGroups" | "loadBalancers" | "listeners">;

/** Asks the application as the public does, at one address, while the site is open. */
export async function askApplication(
  world: Pick<World, "http" | "resolveName">,
  { target, discovery }: { target: Target; discovery: WayIn },
): Promise<Application> {
  const { version, inventory } = presetOf(target).probes;
  const entrance = await firstEntrance(world, { target, discovery });
  if (!entrance.ok) {
    return {
      version: version ? entrance : { ok: true, value: undefined },
      inventory: inventory ? entrance : { ok: true, value: undefined },
    };
  }
  const from = { world, target, entrance: entrance.value };
  const answers = await Promise.all([read(() => askVersion(from)), read(() => askInventory(from))]);
  return { version: answers[0], inventory: answers[1] };
}

/** The version the application reports; undefined where it reports none. */
export async function askVersion(from: Ask): Promise<string | undefined> {
  const { version } = presetOf(from.target).probes;
  return version && versionIn(version, await ask(from, version));
}

/** The names of what the application lists; undefined where it has no inventory. Throws where it answers without one. */
export async function askInventory(from: Ask): Promise<string[] | undefined> {
  const { inventory } = presetOf(from.target).probes;
  if (!inventory) return undefined;
  const answer = await ask(from, inventory);
  const names = namesIn(inventory, answer);
  if (names) return names;
  const found = `expected a list at ${inventory.items} of ${inventory.path}, found ${answer.status}`;
  // A server in trouble may answer better in a second; one that says something else will say it again.
  throw answer.status >= 500 ? new Error(found) : new OperationError(found, { code: "no-inventory" });
}

async function firstEntrance(
  world: Pick<World, "http" | "resolveName">,
  { target, discovery }: { target: Target; discovery: WayIn },
): Promise<Read<Ask["entrance"]>> {
  const { loadBalancers } = discovery;
  const site = siteOf(target, discovery);
  if (!site.ok) return site;
  if (!loadBalancers.ok) return loadBalancers;
  const ways = [...frontDoors(site.value), ...leaderDoors(site.value)];
  // Behind a login only the login answers.
  const doors = ways.toSorted((a, b) => Number(guardOf(a.rule) !== undefined) - Number(guardOf(b.rule) !== undefined));
  const found = await read(() => entrances(world, { doors, loadBalancers: loadBalancers.value }));
  if (!found.ok) return found;
  const [first] = found.value;
  return first ? { ok: true, value: first } : { ok: false, error: "the load balancer's name resolves to no address" };
}

async function read<Value>(run: () => Promise<Value>): Promise<Read<Value>> {
  try {
    return { ok: true, value: await run() };
  } catch (error) {
    return { ok: false, error: (error as Error).message };
  }
}
