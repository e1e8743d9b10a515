import type { Target } from "../targets/schema.ts";
import type { UsersRequest } from "../targets/users-request.ts";
import { type ClosingInput, type Closure, type Closures, closures, ordinaryRequest } from "./closing-rules.ts";
import type { Discovery, Read } from "./discovery.ts";
import { type Door, doorsTo } from "./doors.ts";
import { matches, type SampleRequest, sampleFor } from "./sample-request.ts";

/** How requests reach a target: its listeners, and the groups that they may lead to. */
export type Site = Pick<ClosingInput, "target" | "listeners" | "targetGroups" | "leaderGroupArns">;

export function siteOf(
  target: Target,
  { services, targetGroups, listeners }: Pick<Discovery, "services" | "targetGroups" | "listeners">,
): Read<Site> {
  if (!services.ok) return services;
  if (!targetGroups.ok) return targetGroups;
  if (!listeners.ok) return listeners;
  const leader = services.value.find(({ name }) => name === target.services[0]?.name);
  return {
    ok: true,
    value: {
      target,
      listeners: listeners.value,
      targetGroups: targetGroups.value,
      leaderGroupArns: (leader?.loadBalancers ?? []).map(({ targetGroupArn }) => targetGroupArn),
    },
  };
}

/** Where our rules will go, before anything is known but the listeners. */
export const closuresToCome = (site: Site, operationId = ""): Closures =>
  closures({ ...site, operationId, bypassSecret: "0".repeat(32) });

/**
 * Where users come in: at each listener on the port of `url` the door through which the probes' request reaches the leader's groups; at the first
 * listener with one where none is on that port (something else is in front).
 */
export function frontDoors(site: Site): Door[] {
  const { port, protocol } = new URL(site.target.url);
  const wanted = Number(port || (protocol === "https:" ? 443 : 80));
  const entries = entryDoors(site);
  // What matches only some clients is not seen from here: then any door shows what is answered.
  const doors = entries.length
    ? entries
    : doorsTo(
        site.listeners,
        site.targetGroups.map(({ arn }) => arn),
      ).slice(0, 1);
  const front = doors.filter(({ listener }) => listener.port === wanted);
  return front.length ? front : doors.slice(0, 1);
}

/** Where the probes reach the leader while the page is up: users' own doors, or any other where these let nobody past their login. */
export function leaderDoors(site: Site): Door[] {
  // Whether there is room for a bypass is another question.
  const loadBalancer = { ...site.target.loadBalancer, movePriorities: true };
  const { closures: closed } = closuresToCome({ ...site, target: { ...site.target, loadBalancer } });
  const passable = (door: Door) => (closureAt(door, closed, site)?.bypasses.length ?? 0) > 0;
  const front = frontDoors(site).filter(passable);
  return front.length ? front : entryDoors(site).filter(passable).slice(0, 1);
}

/** By the listener, for one closing rule may stand before several doors. */
function closureAt(door: Door, closed: Closure[], { target }: Site): Closure | undefined {
  const request = { ...ordinaryRequest(target), query: [], ...requestAt(target, door) };
  return closed
    .filter((closure) => closure.door.listener.arn === door.listener.arn)
    .toSorted((a, b) => a.closing.priority - b.closing.priority)
    .find(({ closing }) => matches(closing.conditions, request));
}

/** Per listener, the door that the probes' request comes to: as users make it, or as what stands in front of the load balancer does. */
function entryDoors({ target, listeners, targetGroups, leaderGroupArns }: Site): Door[] {
  const groups = leaderGroupArns.length ? leaderGroupArns : targetGroups.map(({ arn }) => arn);
  return listeners.flatMap((listener) => {
    const doors = doorsTo([listener], groups);
    const comesTo = (request: SampleRequest) =>
      listener.rules.find(({ priority, conditions }) => priority === undefined || matches(conditions, request));
    const ordinary = { ...ordinaryRequest(target), query: [] };
    const asUsers = doors.filter(({ rule }) => rule.arn === comesTo(ordinary)?.arn);
    if (asUsers.length) return asUsers;
    return doors
      .filter((door) => door.rule.arn === comesTo({ ...ordinary, ...requestAt(target, door) })?.arn)
      .slice(0, 1);
  });
}

/** The host and the headers that a rule asks of the probes' request, where those of users are others: what stands in front of it sends them. */
export function requestAt(target: Target, { rule }: Pick<Door, "rule">): Pick<UsersRequest, "host" | "headers"> {
  const { host, path, headers } = ordinaryRequest(target);
  const sample = sampleFor(rule.conditions, { ordinary: { host, path }, earlier: [] });
  return sample?.path === path ? { host: sample.host, headers: { ...headers, ...sample.headers } } : { host, headers };
}
