import { BlockList, isIPv6 } from "node:net";
import type { SandboxEvent } from "../cloud/event-log.ts";
import type { CheckedScenario } from "./scenario.ts";

export type RoutedRequest = Extract<SandboxEvent, { kind: "request" }>;

/** Requests that load balancers answered at the target's listeners: the public's, and those that a bypass rule let through. */
export type Requests = { public: RoutedRequest[]; bypass: RoutedRequest[] };

/** Who knows the header's name alone is no less public: only the values that accepted bypass rules name get through. */
export function readRequests(events: readonly SandboxEvent[], scenario: CheckedScenario): Requests {
  const secrets = new Set(events.flatMap((event) => (event.kind === "call" ? bypassValues(event, scenario) : [])));
  const isFromBypass = sourceIn(scenario.bypassCidrs ?? []);
  const listeners = new Set(scenario.listeners.map(({ arn }) => arn));
  const requests: Requests = { public: [], bypass: [] };
  for (const event of events) {
    if (event.kind !== "request" || !listeners.has(event.listenerArn) || reachesOthers(event, scenario)) continue;
    const value = event.headers[scenario.bypassHeader];
    const passes = (value !== undefined && secrets.has(value)) || isFromBypass(event);
    requests[passes ? "bypass" : "public"].push(event);
  }
  return requests;
}

/** Only the networks that the target declares: a rule for any other would let the public in. */
function sourceIn(cidrs: readonly string[]): (request: RoutedRequest) => boolean {
  const networks = new BlockList();
  for (const cidr of cidrs) {
    const [network = "", prefix] = cidr.split("/");
    networks.addSubnet(network, Number(prefix), familyOf(network));
  }
  return ({ from }) => from !== undefined && networks.check(from, familyOf(from));
}

const familyOf = (address: string) => (isIPv6(address) ? "ipv6" : "ipv4");

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
