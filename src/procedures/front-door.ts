import type { HttpAnswer } from "../targets/http.ts";
import { presetOf } from "../targets/presets/preset.ts";
import { judge } from "../targets/probe.ts";
import type { Target } from "../targets/schema.ts";
import { belowUrl, usersRequest } from "../targets/users-request.ts";
import type { Before } from "./before.ts";
import { BYPASS_HEADER } from "./conditions.ts";
import { type Door, guardOf } from "./doors.ts";
import type { Wrong } from "./in-a-row.ts";
import { instead } from "./instead.ts";
import type { World } from "./operation-run.ts";
import { requestAt } from "./site.ts";

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
  { world, target, entrance: { door, address }, bypassSecret }: Ask,
  { path, method, body, headers }: { path: string; method?: string; body?: string; headers?: Record<string, string> },
) => {
  const { probes } = presetOf(target);
  const scheme = door.listener.protocol === "HTTPS" ? "https" : "http";
  const asked = requestAt(target, door);
  return world.http({
    method,
    // The certificate is that of the users' host, whatever host the rule asks for: a load balancer routes by the Host header alone.
    url: `${scheme}://${usersRequest(target, "").host}${belowUrl(target, path)}`,
    connectTo: { address, port: door.listener.port },
    headers: {
      ...probes.headers,
      ...headers,
      ...asked.headers,
      host: asked.host,
      ...(bypassSecret ? { [BYPASS_HEADER]: bypassSecret } : {}),
    },
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
export async function notReady(from: Ask): Promise<Wrong | undefined> {
  const answer = await ask(from, presetOf(from.target).probes.ready);
  const guarded = from.bypassSecret === undefined && guardOf(from.entrance.door.rule) !== undefined;
  return guarded && ASKS_FOR_LOGIN.includes(answer.status) ? undefined : wrongWith(from.target, answer);
}

/** What is wrong with an answer to the ready probe. */
export function wrongWith(target: Target, answer: HttpAnswer): Wrong | undefined {
  const verdict = judge(presetOf(target).probes, answer);
  if (verdict.kind === "ready") return undefined;
  return instead(answer) ?? { wrong: verdict.seen, cause: "not-ready", failed: verdict.kind === "fatal" };
}
