import { OperationError } from "../operations/operation-error.ts";
import type { HttpAnswer } from "../targets/http.ts";
import { presetOf } from "../targets/presets/preset.ts";
import type { Target } from "../targets/schema.ts";
import { belowUrl } from "../targets/users-request.ts";
import type { Before } from "./before.ts";
import { failureOf } from "./failure.ts";
import { wrongWith } from "./front-door.ts";
import { answerOf, inARow } from "./in-a-row.ts";
import type { Leftover } from "./leftovers.ts";
import { isSuperseded, type PhaseRun, type World } from "./operation-run.ts";

/** What stands between users and the load balancer, as far as that is seen from where the runbook runs. */
export type InFront =
  | { kind: "nothing" }
  | { kind: "unknown"; why: string }
  | {
      kind: "something";
      /** What it calls itself in its answers' headers. */
      what: string;
      sign?: string;
      addresses: string[];
      /** What users get instead of the application already before anything is touched. */
      wrong?: string;
      /** The header that says that the answer came out of a cache. */
      cached?: string;
    };

/** Who shows the application at `url` where that is not the load balancer: asked again after the opening. */
export type Front = { what: string };

/** Where it shows something else to begin with (a challenge, a login), what it shows afterwards says nothing. */
export const frontOf = (inFront: InFront): Front | undefined =>
  inFront.kind === "something" && inFront.wrong === undefined ? { what: inFront.what } : undefined;

type Asking = Pick<World, "http" | "resolveName">;

/** Where `url` leads, and who answers there. Asked twice: a cache shows itself in the second answer. */
export async function lookInFront(world: Asking, target: Target, ownAddresses: string[]): Promise<InFront> {
  const { hostname } = new URL(target.url);
  const found = await addressesOf(world, hostname);
  if (found instanceof Error) return { kind: "unknown", why: `${hostname} has ${found.message}` };
  const addresses = found.filter((address) => !ownAddresses.includes(address));
  if (addresses.length === 0) return { kind: "nothing" };
  try {
    await askUrl(world, target, addresses);
    const answer = await askUrl(world, target, addresses);
    return {
      kind: "something",
      ...whoIs(answer),
      addresses,
      wrong: wrongWith(target, answer)?.wrong,
      cached: cachedBy(answer),
    };
  } catch (error) {
    return { kind: "something", what: UNNAMED, addresses, wrong: (error as Error).message };
  }
}

/** Says what users see once the page is proven behind it. Nothing follows from that: what is asked for again reaches the page, what is cached never left. */
export async function sayWhatIsInFront(op: PhaseRun, { front }: Before): Promise<void> {
  if (!front) return;
  const seen = await askUrl(op, op.target).then(
    (answer) =>
      answer.body.includes(op.id)
        ? "the page"
        : `${answer.status} that is not our page${cachedBy(answer) ? `, from a cache (${cachedBy(answer)})` : ""}`,
    (error: Error) => error.message,
  );
  await op.say(`${op.target.url}, behind ${front.what}, shows ${seen}`);
}

/**
 * Waits until users see the application also through what stands in front of it. The load balancer answers well already, so that a cache
 * that shows the page for longer than that is left for a person: a healthy site is never closed again for it.
 */
export async function answersInFront(op: PhaseRun, { front }: Before): Promise<Leftover[]> {
  if (!front) return [];
  const { url, timeouts } = op.target;
  const missing = inARow(presetOf(op.target).probes.consecutive);
  try {
    await op.poll(
      `${front.what} shows the application`,
      async () => {
        const answer = await answerOf(url, async () => wrongWith(op.target, await askUrl(op, op.target)));
        if (answer.wrong) await op.say(`${url}, behind ${front.what}, still shows ${answer.wrong}`);
        const seen = missing([answer]);
        return seen === undefined ? { done: true, result: null } : { done: false, seen };
      },
      { timeoutMs: timeouts.open },
    );
    return [];
  } catch (error) {
    if (isSuperseded(error)) throw error;
    const { message } = failureOf(error);
    return [
      {
        what: `${front.what} does not show the application, which answers at every address of the load balancer: ${message}`,
        fix: `Ask ${url} yourself. Where it still shows the page, that is cached: wait, or invalidate the cache of ${front.what}`,
      },
    ];
  }
}

/** As a user would: by the name, with no header but those of every probe. One of its addresses is enough, and they change from answer to answer. */
async function askUrl(world: Asking, target: Target, known?: string[]): Promise<HttpAnswer> {
  const { protocol, host, hostname, port } = new URL(target.url);
  const { probes } = presetOf(target);
  const [address] = known ?? (await world.resolveName(hostname));
  if (!address) throw new OperationError(`${hostname} has no address`, { code: "no-address" });
  return world.http({
    url: `${protocol}//${host}${belowUrl(target, probes.ready.path)}`,
    connectTo: { address, port: Number(port || (protocol === "https:" ? 443 : 80)) },
    headers: probes.headers,
    timeoutMs: probes.attemptTimeoutSeconds * 1_000,
  });
}

const addressesOf = async (world: Asking, name: string): Promise<string[] | Error> => {
  try {
    const found = await world.resolveName(name);
    return found.length ? found : new Error("no address");
  } catch (error) {
    return error as Error;
  }
};

const UNNAMED = "something that does not name itself";
/** By a header that nobody else sends. */
const NAMES: [name: string, header: string, value: RegExp][] = [
  ["CloudFront", "x-amz-cf-pop", /./],
  ["CloudFront", "via", /cloudfront/i],
  ["Cloudflare", "cf-ray", /./],
  ["Fastly", "x-served-by", /^cache-/],
  ["Akamai", "server", /^akamai/i],
  ["Azure Front Door", "x-azure-ref", /./],
  ["API Gateway", "apigw-requestid", /./],
  ["API Gateway", "x-amz-apigw-id", /./],
  ["a proxy", "via", /./],
];

function whoIs({ headers }: HttpAnswer): { what: string; sign?: string } {
  const known = NAMES.find(([, header, value]) => value.test(headers[header] ?? ""));
  return known ? { what: known[0], sign: `${known[1]}: ${headers[known[1]]}` } : { what: UNNAMED };
}

function cachedBy({ headers }: HttpAnswer): string | undefined {
  const cache = ["x-cache", "cf-cache-status"].find((name) => /\b(hit|stale)\b/i.test(headers[name] ?? ""));
  if (cache) return `${cache}: ${headers[cache]}`;
  return Number(headers.age) > 0 ? `age: ${headers.age}` : undefined;
}
