import type { RequestHead } from "../../substrate/network.ts";
import type { ForwardRouting, Target, TargetGroup } from "./model.ts";
import { nextTarget } from "./target-choice.ts";
import { targetKey } from "./target-state.ts";

/** The cookie of a rule's target group stickiness, and that of a target group's own. Each has a twin for requests from other origins. */
const GROUP_COOKIE = "AWSALBTG";
const TARGET_COOKIE = "AWSALB";
/** The cookies themselves last a week whatever the duration: that one is checked by the load balancer. */
const COOKIE_LIFE_MS = 7 * 24 * 3_600_000;

type Choice = { group?: TargetGroup; target?: Target; cookies: string[] };

/**
 * Chooses by the client's cookies where stickiness is on, else by weight and turn. A group named by a cookie gets the request even with
 * weight 0; a target named by one gets it while it is registered and healthy. Each answer renews the cookies.
 */
export function chooseTarget(routing: ForwardRouting, request: RequestHead, now: number): Choice {
  const { groups, next, stickySeconds } = routing;
  const stuckTo = stickySeconds ? readCookie(request, GROUP_COOKIE, now) : undefined;
  const group = groups.find(({ targetGroup }) => targetGroup.arn === stuckTo)?.targetGroup ?? next();
  if (!group) return { cookies: [] };
  const cookies = stickySeconds ? writeCookie(GROUP_COOKIE, group.arn, { now, seconds: stickySeconds }) : [];

  const targetSeconds = targetStickySeconds(group);
  if (!targetSeconds) return { group, target: nextTarget(group), cookies };
  const target = nextTarget(group, readCookie(request, TARGET_COOKIE, now));
  if (target) cookies.push(...writeCookie(TARGET_COOKIE, targetKey(target), { now, seconds: targetSeconds }));
  return { group, target, cookies };
}

function targetStickySeconds({ attributes }: TargetGroup): number | undefined {
  if (attributes.get("stickiness.enabled") !== "true") return undefined;
  return Number(attributes.get("stickiness.lb_cookie.duration_seconds"));
}

/** The value is opaque to clients. AWS encrypts it; nobody here has a reason to forge one. */
function writeCookie(name: string, value: string, { now, seconds }: { now: number; seconds: number }): string[] {
  const content = Buffer.from(JSON.stringify({ value, until: now + seconds * 1000 })).toString("base64url");
  const attributes = `Expires=${new Date(now + COOKIE_LIFE_MS).toUTCString()}; Path=/`;
  return [`${name}=${content}; ${attributes}`, `${name}CORS=${content}; ${attributes}; SameSite=None`];
}

function readCookie({ headers }: RequestHead, name: string, now: number): string | undefined {
  const cookies = new Map(
    (headers.cookie ?? [])
      .flatMap((header) => header.split(/;\s*/))
      .map((pair) => pair.split(/=(.*)/s) as [string, string]),
  );
  const content = cookies.get(name) ?? cookies.get(`${name}CORS`);
  if (content === undefined) return undefined;
  try {
    const { value, until } = JSON.parse(Buffer.from(content, "base64url").toString()) as {
      value: string;
      until: number;
    };
    return now < until ? value : undefined;
  } catch {
    // A cookie that is not ours counts as none.
    return undefined;
  }
}
