import { presetOf } from "../targets/presets/preset.ts";
import { judge } from "../targets/probe.ts";
import type { Target } from "../targets/schema.ts";
import type { Before } from "./before.ts";
import { BYPASS_HEADER } from "./conditions.ts";
import { type Door, guardOf } from "./doors.ts";
import type { World } from "./operation-run.ts";

/** One address of one load balancer, at the listener that a door belongs to. */
export type Entrance = { door: Door; address: string };

/** Every door at every address its load balancer has now. Rule changes reach the addresses one by one, so all of them are asked. */
export async function entrances(
  world: Pick<World, "resolveName">,
  site: { doors: Door[]; loadBalancers: Before["loadBalancers"] },
): Promise<Entrance[]> {
  const addresses = new Map(
    await Promise.all(
      site.loadBalancers.map(async ({ arn, dnsName }) => [arn, await world.resolveName(dnsName)] as const),
    ),
  );
  return site.doors.flatMap((door) =>
    (addresses.get(door.listener.loadBalancerArn) ?? []).map((address) => ({ door, address })),
  );
}

export const nameOfEntrance = ({ door, address }: Entrance): string => `${address} port ${door.listener.port}`;

/** Whom to ask, and where. With the bypass secret while the page is up, without it as the public. */
export type Ask = { world: Pick<World, "http">; target: Target; entrance: Entrance; bypassSecret?: string };

/** One request to the application there: a GET unless it says otherwise. */
export const ask = (
  { world, target, entrance, bypassSecret }: Ask,
  { path, method, body, headers }: { path: string; method?: string; body?: string; headers?: Record<string, string> },
) => {
  const { host } = new URL(target.url);
  const { probes } = presetOf(target);
  const scheme = entrance.door.listener.protocol === "HTTPS" ? "https" : "http";
  return world.http({
    method,
    url: `${scheme}://${host}${path}`,
    connectTo: { address: entrance.address, port: entrance.door.listener.port },
    headers: { ...probes.headers, ...headers, host, ...(bypassSecret ? { [BYPASS_HEADER]: bypassSecret } : {}) },
    body,
    timeoutMs: probes.attemptTimeoutSeconds * 1_000,
  });
};

/** What the application says of its state here. */
export async function askReady(from: Ask) {
  const { probes } = presetOf(from.target);
  return judge(probes, await ask(from, probes.ready));
}

/** What a load balancer answers whoever has not logged in: a redirect to the login, or a refusal. */
const ASKS_FOR_LOGIN = [302, 401];

/** Why the application is not ready there; undefined where it is. Behind a login the public sees no more of it than the login. */
export async function notReady(from: Ask): Promise<string | undefined> {
  const { probes } = presetOf(from.target);
  const answer = await ask(from, probes.ready);
  const guarded = from.bypassSecret === undefined && guardOf(from.entrance.door.rule) !== undefined;
  if (guarded && ASKS_FOR_LOGIN.includes(answer.status)) return undefined;
  const verdict = judge(probes, answer);
  return verdict.kind === "ready" ? undefined : verdict.seen;
}
