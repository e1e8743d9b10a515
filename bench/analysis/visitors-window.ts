import type { SandboxEvent } from "../../src/sandbox/cloud/event-log.ts";
import { VISITORS_ADDRESS } from "../runners/run-profile.ts";

export type VisitorsWindow = {
  /** From the first 503 that a visitor got to the last. Known to about the time between two visits of one address. */
  seconds: number;
  /** What visitors met besides the page: errors of a load balancer that had no node, and what nodes say that are not ready. */
  otherFailures: number;
};

/** The window as visitors saw it; undefined where nobody met a 503, or where 503 was still the answer at the end. */
export function visitorsWindow(events: readonly SandboxEvent[]): VisitorsWindow | undefined {
  const visits = events.flatMap((event) =>
    event.kind === "request" && event.from === VISITORS_ADDRESS
      ? [{ status: event.status, isPage: event.action === "fixed-response", at: Date.parse(event.startedAt) }]
      : [],
  );
  const closed = visits.filter(({ status }) => status === 503);
  const [first, last] = [closed[0], closed.at(-1)];
  if (!first || !last || visits.at(-1) === last) return undefined;
  const failed = visits.filter(({ status, isPage }) => status >= 500 && !isPage);
  return { seconds: (last.at - first.at) / 1_000, otherFailures: failed.length };
}
