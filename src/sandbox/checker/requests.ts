import type { SandboxEvent } from "../cloud/event-log.ts";
import type { CheckedScenario } from "./scenario.ts";

export type RoutedRequest = Extract<SandboxEvent, { kind: "request" }>;

/** Requests that load balancers answered at the target's listeners: the public's, and those that a bypass rule let through. */
export type Requests = { public: RoutedRequest[]; bypass: RoutedRequest[] };

/** Who knows the header's name alone is no less public: only the values that accepted bypass rules name get through. */
export function readRequests(events: readonly SandboxEvent[], scenario: CheckedScenario): Requests {
  const secrets = new Set(events.flatMap((event) => (event.kind === "call" ? bypassValues(event, scenario) : [])));
  const listeners = new Set(scenario.listeners.map(({ arn }) => arn));
  const requests: Requests = { public: [], bypass: [] };
  for (const event of events) {
    if (event.kind !== "request" || !listeners.has(event.listenerArn) || reachesOthers(event, scenario)) continue;
    const value = event.headers[scenario.bypassHeader];
    requests[value !== undefined && secrets.has(value) ? "bypass" : "public"].push(event);
  }
  return requests;
}

type CreateRule = { Conditions?: { HttpHeaderConfig?: { HttpHeaderName?: string; Values?: string[] } }[] };

function bypassValues(
  { operation, outcome, parameters }: Extract<SandboxEvent, { kind: "call" }>,
  { bypassHeader }: CheckedScenario,
): string[] {
  if (operation !== "CreateRule" || outcome !== "ok") return [];
  return ((parameters as CreateRule).Conditions ?? []).flatMap(({ HttpHeaderConfig }) =>
    HttpHeaderConfig?.HttpHeaderName?.toLowerCase() === bypassHeader ? (HttpHeaderConfig.Values ?? []) : [],
  );
}

/** A listener may be shared: what another application answered is none of this target's. */
const reachesOthers = ({ target }: RoutedRequest, { targetGroupArns }: CheckedScenario): boolean =>
  target !== undefined && !targetGroupArns.includes(target.targetGroupArn);

/** The request reached a node of the target. */
export const reachesNode = ({ target }: RoutedRequest, { targetGroupArns }: CheckedScenario): boolean =>
  target !== undefined && targetGroupArns.includes(target.targetGroupArn);
