import { excusedBy, foreignRuleChanges, gaveUpBy, isClosedAt } from "../interference.ts";
import { reachesNode } from "../requests.ts";
import type { Story } from "../story.ts";
import type { Finding, Violation } from "../verdict.ts";

/** In a shorter window nobody need have asked for anything. */
const NOTABLE_MS = 5_000;

/** 3: from *closed* to *opening*, no public request is routed to a node. */
export function pageHolds(story: Story): Finding {
  const { moments, requests, scenario, events } = story;
  const violations: Violation[] = [];
  const end = events.at(-1)?.at ?? "";
  let asked = 0;
  const addresses = new Set<string>();
  const removals = foreignRuleChanges(story).filter(({ at }) => isClosedAt(moments, at));
  const isExcused = excusedBy(story, removals);
  for (const { at, seq, operation, caller } of removals)
    if (!gaveUpBy(moments, at))
      violations.push({
        invariant: 3,
        at,
        message: `expected somebody else's change of the rules inside the window to be noticed within 10 s, found no reaction to ${operation} by ${caller}`,
        events: [seq],
      });
  for (const { closedAt, openingAt } of moments.windows) {
    const inside = requests.public.filter(
      ({ startedAt }) => startedAt > closedAt && (openingAt === undefined || startedAt < openingAt),
    );
    asked += inside.length;
    for (const { address } of inside) addresses.add(address);
    const routed = inside.filter((request) => reachesNode(request, scenario) && !isExcused(request));
    if (routed[0])
      violations.push({
        invariant: 3,
        at: routed[0].startedAt,
        message: `expected no public request at a node from *closed* (${closedAt}) to *opening* (${openingAt ?? "not yet"}), found ${routed.length} of ${inside.length}; the first was ${routed[0].method} ${routed[0].path} at ${routed[0].address}`,
        events: routed.map(({ seq }) => seq),
      });
    const lengthMs = Date.parse(openingAt ?? end) - Date.parse(closedAt);
    if (inside.length === 0 && lengthMs >= NOTABLE_MS)
      violations.push({
        invariant: 3,
        at: closedAt,
        message: `expected public requests in the window from ${closedAt} to judge it by, found none in ${lengthMs / 1_000} s`,
        events: [],
      });
  }
  if (moments.ending.kind === "succeeded" && moments.windows.length === 0 && scenario.traffic === "closed")
    violations.push({
      invariant: 3,
      at: moments.ending.at!,
      message: `expected the ${scenario.procedure} that succeeded to have closed the site, found no such claim`,
      events: [],
    });
  return {
    violations,
    looked: {
      windows: moments.windows.length,
      publicRequests: asked,
      addresses: addresses.size,
      foreignRuleChanges: removals.length,
    },
  };
}
