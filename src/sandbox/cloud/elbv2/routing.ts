import { timestamp } from "../../../clock.ts";
import type { RequestHead, Verdict } from "../../substrate/network.ts";
import type { SandboxFact } from "../event-log.ts";
import { hostName } from "./condition-matching.ts";
import type { Elb, Listener, RedirectTemplate, Rule } from "./model.ts";
import { chooseTarget } from "./stickiness.ts";
import { hostOf } from "./target-state.ts";

/**
 * Decides by the rules in force on the address that got the request. Every request of a client connection is decided anew: keep-alive
 * does not bypass a rule change. Of an upgraded connection only the first request is one.
 */
export function routeRequest(elb: Elb, listener: Listener, request: RequestHead): Verdict {
  const rule = listener.inForce.at(request.address).find(({ matches }) => matches(request));
  if (!rule) throw new Error(`${listener.arn} has no rules in force on ${request.address}`);
  const { routing } = rule;
  const fact = requestFact(elb, { listener, request, rule });
  const logged =
    (action: RequestFact["action"], target?: RequestFact["target"]): Verdict["finished"] =>
    (status) =>
      void elb.world.log.append({ ...fact, action, target, status });

  for (const { type, refuse } of rule.guards) {
    const refusal = refuse(request);
    if (!refusal) continue;
    if ("status" in refusal) return { action: "own-page", status: refusal.status, finished: logged(type) };
    return { action: "redirect", status: 302, location: refusal.redirectTo, finished: logged(type) };
  }

  switch (routing.type) {
    case "fixed-response": {
      const { status, contentType, body } = routing;
      return { action: "fixed-response", status, contentType, body, finished: logged("fixed-response") };
    }
    case "redirect": {
      const location = redirectLocation(routing.template, request, listener);
      return { action: "redirect", status: routing.status, location, finished: logged("redirect") };
    }
    case "forward": {
      const { group, target, cookies } = chooseTarget(routing, request, elb.world.clock.now());
      const rewritten = rule.rewrite(request);
      if (!rewritten) return { action: "own-page", status: 500, finished: logged("forward") };
      if (!group || !target) return { action: "own-page", status: 503, finished: logged("forward") };
      const chosen = { targetGroupArn: group.arn, id: target.id, port: target.port };
      return {
        action: "forward",
        target: { host: hostOf(elb.world, target.id), port: target.port },
        idleTimeoutMs: Number(listener.loadBalancer.attributes.get("idle_timeout.timeout_seconds")) * 1000,
        rewritten,
        cookies,
        finished: logged("forward", chosen),
        upgraded() {
          const { listenerArn, address } = fact;
          const upgrade = { ...fact, action: "forward" as const, target: chosen, status: 101, upgraded: true as const };
          const { seq } = elb.world.log.append(upgrade);
          return () => void elb.world.log.append({ kind: "upgrade-ended", request: seq, listenerArn, address });
        },
      };
    }
  }
}

type RequestFact = Extract<SandboxFact, { kind: "request" }>;
type Routed = { listener: Listener; request: RequestHead; rule: Rule };

/** What is known of a request before it is answered. `startedAt` is now. */
const requestFact = ({ world }: Elb, { listener, request, rule }: Routed) => ({
  kind: "request" as const,
  startedAt: timestamp(world.clock),
  listenerArn: listener.arn,
  address: request.address,
  from: request.remoteAddress,
  host: request.host,
  method: request.method,
  path: request.path,
  headers: Object.fromEntries(Object.entries(request.headers).map(([name, values]) => [name, values.join(", ")])),
  ruleArn: rule.arn,
});

function redirectLocation(template: RedirectTemplate, request: RequestHead, { protocol, port }: Listener): string {
  const values: Record<string, string> = {
    protocol,
    host: hostName(request.host),
    port: String(port),
    path: request.path.replace(/^\//, ""),
    query: request.query,
  };
  const fill = (text: string) => text.replace(/#\{(protocol|host|port|path|query)\}/g, (_all, name) => values[name]!);
  const query = fill(template.query);
  const base = `${fill(template.protocol).toLowerCase()}://${fill(template.host)}:${fill(template.port)}${fill(template.path)}`;
  return query ? `${base}?${query}` : base;
}
