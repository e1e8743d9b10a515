import type { Look } from "../engine/workflow.ts";
import type { HttpAnswer } from "../targets/http.ts";
import { presetOf } from "../targets/presets/preset.ts";
import type { Target } from "../targets/schema.ts";
import { usersRequest } from "../targets/users-request.ts";
import type { Before } from "./before.ts";
import type { Closure } from "./closing-rules.ts";
import { answerOf, inARow } from "./in-a-row.ts";
import type { World } from "./operation-run.ts";

/** One closing rule as one address of its load balancer has it, or does not have it yet. */
export type ClosedDoor = { closure: Closure; address: string };

/** Every closing rule at every address that its load balancer's name has now. */
export async function closedDoors(
  world: Pick<World, "resolveName">,
  { closures, loadBalancers }: { closures: Closure[]; loadBalancers: Before["loadBalancers"] },
): Promise<ClosedDoor[]> {
  const balancers = await Promise.all(
    loadBalancers.map(async ({ arn, dnsName }) => ({ arn, addresses: await world.resolveName(dnsName) })),
  );
  return balancers.flatMap(({ arn, addresses }) =>
    closures
      .filter(({ door }) => door.listener.loadBalancerArn === arn)
      .flatMap((closure) => addresses.map((address) => ({ closure, address }))),
  );
}

/** What the public gets there, by a request that only this door answers. */
export function askThrough(
  world: Pick<World, "http">,
  target: Target,
  { closure: { door, sample }, address }: ClosedDoor,
): Promise<HttpAnswer> {
  const scheme = door.listener.protocol === "HTTPS" ? "https" : "http";
  const query = sample.query.length ? `?${new URLSearchParams(sample.query).toString()}` : "";
  const users = usersRequest(target, "");
  // The certificate is that of the users' host, whatever host the rule asks for: a load balancer routes by the Host header alone.
  return world.http({
    url: `${scheme}://${users.host}${sample.path}${query}`,
    connectTo: { address, port: door.listener.port },
    headers: { ...users.headers, ...sample.headers, host: sample.host },
    timeoutMs: presetOf(target).probes.attemptTimeoutSeconds * 1_000,
  });
}

export const nameOf = ({ closure: { door }, address }: ClosedDoor): string =>
  `${address} port ${door.listener.port}, rule ${door.rule.priority ?? "default"}`;

/**
 * A look that is done once the page has been seen several times in a row at every door of every address. A name answers with some of its
 * addresses at a time and forgets those that retire, while visitors still use them: one that was seen is asked as long as it answers.
 */
export function lookForPage(
  world: Pick<World, "http" | "resolveName">,
  { target, closures, loadBalancers, marks }: PageProof,
): () => Promise<Look<null>> {
  const missing = inARow(presetOf(target).probes.consecutive);
  const retired = new Map<string, ClosedDoor>();
  const ask = async (door: ClosedDoor) => {
    const { status, body } = await askThrough(world, target, door);
    const mark = marks[closures.indexOf(door.closure)]!;
    return status === 503 && body.includes(mark) ? undefined : { wrong: `${status} that is not our page` };
  };
  return async () => {
    const listed = await closedDoors(world, { closures, loadBalancers });
    for (const door of listed) retired.delete(nameOf(door));
    const answers = await Promise.all([
      ...listed.map((door) => answerOf(nameOf(door), () => ask(door))),
      ...[...retired].map(([name, door]) =>
        ask(door).then(
          (wrong) => ({ of: name, ...wrong }),
          () => undefined,
        ),
      ),
    ]);
    for (const door of listed) retired.set(nameOf(door), door);
    const seen = missing(answers.filter((answer) => answer !== undefined));
    return seen === undefined ? { done: true, result: null } : { done: false, seen };
  };
}

type PageProof = {
  target: Target;
  closures: Closure[];
  loadBalancers: Before["loadBalancers"];
  /** What the page of each of them is known by. */
  marks: string[];
};
