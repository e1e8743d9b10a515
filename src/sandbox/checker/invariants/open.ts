import { listenersOf } from "../cloud-state.ts";
import { isAt } from "../containers.ts";
import { reachesNode } from "../requests.ts";
import type { Story } from "../story.ts";
import type { Fault } from "./ending.ts";
import { wantedCount } from "./full-count.ts";

/** Whom a load balancer turns away for want of a login says nothing about what is behind it. */
const ASKS_FOR_LOGIN = /^(authenticate-|jwt-validation$)/;

/** The public reaches the application at every address, and nobody gets the page any more once it was said to be gone. */
export function openFaults(story: Story): Fault[] {
  const { before, moments, scenario, requests, containers } = story;
  const since = moments.windows.at(-1)?.openingAt ?? moments.requestedAt;
  const faults: Fault[] = [];
  const known = new Set(listenersOf(before).flatMap(({ rules }) => rules.map(({ RuleArn }) => RuleArn)));
  const nodes = containers.filter(({ ended }) => !ended);
  const nobodyIsToServe = scenario.services.every(({ name }) => wantedCount(story, name) === 0);
  for (const { arn, addresses } of scenario.listeners)
    for (const address of addresses) {
      const wasServed = requests.public.some(
        (request) => request.listenerArn === arn && request.address === address && reachesNode(request, scenario),
      );
      // A site that was down all along need not be up after it was refused, nor after a first start was taken back.
      if (nobodyIsToServe || (moments.windows.length === 0 && !wasServed)) continue;
      const last = requests.public.findLast(
        (request) =>
          request.listenerArn === arn &&
          request.address === address &&
          request.startedAt >= since &&
          !ASKS_FOR_LOGIN.test(request.action),
      );
      const served =
        last &&
        reachesNode(last, scenario) &&
        nodes.some((node) => isAt(node, last.target)) &&
        last.status > 0 &&
        last.status < 500;
      if (!served)
        faults.push({
          message: `expected the last public request at ${address} since ${since} to be answered by a node, found ${last ? `${last.action} with status ${last.status}` : "no request"}`,
          events: last ? [last.seq] : [],
        });
    }
  const { openedAt } = moments;
  // Where nobody answers behind it, the load balancer's own 503 is no better than the page, and nobody can see when the page is gone.
  if (nobodyIsToServe) return faults;
  const stale = requests.public.filter(
    ({ startedAt, action, ruleArn }) =>
      openedAt && startedAt > openedAt && action === "fixed-response" && !known.has(ruleArn),
  );
  if (stale[0])
    faults.push({
      message: `expected no page after *opened* (${openedAt}), found ${stale.length} public requests that got it`,
      at: stale[0].startedAt,
      events: stale.map(({ seq }) => seq),
    });
  return faults;
}
