import { listenersOf } from "../cloud-state.ts";
import { isAt } from "../containers.ts";
import { isForeignRule, NOTICE_MS, rulesMadeByOthers } from "../interference.ts";
import { type RoutedRequest, reachesNode } from "../requests.ts";
import type { Story } from "../story.ts";
import type { Fault } from "./ending.ts";
import { wantedCount } from "./full-count.ts";

/** Whom a load balancer turns away for want of a login says nothing about what is behind it. */
const ASKS_FOR_LOGIN = /^(authenticate-|jwt-validation$)/;

/** By a rule that somebody else made or changed since then: what it answers is theirs, and nobody looks after an open site's rules. */
function answeredByOthers(story: Story, sinceMs?: number): (request: RoutedRequest) => boolean {
  const isForeign = isForeignRule(story, sinceMs);
  const changed = listenersOf(story.after).flatMap(({ rules }) => rules.filter(isForeign));
  const theirs = new Set([...changed.map(({ RuleArn }) => RuleArn), ...rulesMadeByOthers(story, sinceMs)]);
  return ({ ruleArn }) => theirs.has(ruleArn);
}

/** The public reaches the application at every address, and nobody gets the page any more once it was said to be gone. */
export function openFaults(story: Story): Fault[] {
  const { before, moments, scenario, requests, containers } = story;
  const since = moments.windows.at(-1)?.openingAt ?? moments.requestedAt;
  const { openedAt = moments.requestedAt } = moments;
  const isTheirs = answeredByOthers(story, Date.parse(openedAt) - NOTICE_MS);
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
      const all = requests.public.filter(
        (request) =>
          request.listenerArn === arn &&
          request.address === address &&
          request.startedAt >= since &&
          !ASKS_FOR_LOGIN.test(request.action),
      );
      const last = all.findLast((request) => !isTheirs(request));
      // Somebody else answers there since, and nobody asked between the opening and that.
      if (all.at(-1) !== last && (!last || last.startedAt < openedAt)) continue;
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
  // Where nobody answers behind it, the load balancer's own 503 is no better than the page, and nobody can see when the page is gone.
  if (nobodyIsToServe) return faults;
  const isOfOthers = answeredByOthers(story);
  const stale = requests.public.filter(
    (request) =>
      moments.openedAt &&
      request.startedAt > moments.openedAt &&
      request.action === "fixed-response" &&
      !known.has(request.ruleArn) &&
      !isOfOthers(request),
  );
  if (stale[0])
    faults.push({
      message: `expected no page after *opened* (${openedAt}), found ${stale.length} public requests that got it`,
      at: stale[0].startedAt,
      events: stale.map(({ seq }) => seq),
    });
  return faults;
}
