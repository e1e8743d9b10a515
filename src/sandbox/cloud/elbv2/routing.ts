import { timestamp } from "../../../clock.ts";
import type { RequestHead, Verdict } from "../../substrate/network.ts";
import { hostName } from "./condition-matching.ts";
import type { Elb, Listener, RedirectTemplate, Target } from "./model.ts";
import { nextTarget } from "./target-choice.ts";

/**
 * Decides by the rules in force on the address that got the request. Every request of a client connection is decided anew: keep-alive
 * does not bypass a rule change.
 */
export function routeRequest(elb: Elb, listener: Listener, request: RequestHead): Verdict {
  const startedAt = timestamp(elb.world.clock);
  const rule = listener.inForce.at(request.address).find(({ matches }) => matches(request));
  if (!rule) throw new Error(`${listener.arn} has no rules in force on ${request.address}`);
  const { routing } = rule;

  const logged = (target?: Target) => (status: number) => {
    elb.world.log.append({
      kind: "request",
      startedAt,
      listenerArn: listener.arn,
      address: request.address,
      host: request.host,
      method: request.method,
      path: request.path,
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, values]) => [name, values.join(", ")])),
      ruleArn: rule.arn,
      action: routing.type,
      target:
        target && routing.type === "forward"
          ? { targetGroupArn: routing.targetGroup.arn, id: target.id, port: target.port }
          : undefined,
      status,
    });
  };

  switch (routing.type) {
    case "fixed-response": {
      const { status, contentType, body } = routing;
      return { action: "fixed-response", status, contentType, body, finished: logged() };
    }
    case "redirect": {
      const location = redirectLocation(routing.template, request, listener.port);
      return { action: "redirect", status: routing.status, location, finished: logged() };
    }
    case "forward": {
      const target = nextTarget(routing.targetGroup);
      if (!target) return { action: "no-target", finished: logged() };
      return {
        action: "forward",
        target: { host: target.id, port: target.port },
        idleTimeoutMs: Number(listener.loadBalancer.attributes.get("idle_timeout.timeout_seconds")) * 1000,
        finished: logged(target),
      };
    }
  }
}

function redirectLocation(template: RedirectTemplate, request: RequestHead, listenerPort: number): string {
  const values: Record<string, string> = {
    protocol: "http",
    host: hostName(request.host),
    port: String(listenerPort),
    path: request.path.replace(/^\//, ""),
    query: request.query,
  };
  const fill = (text: string) => text.replace(/#\{(protocol|host|port|path|query)\}/g, (_all, name) => values[name]!);
  const query = fill(template.query);
  const base = `${fill(template.protocol).toLowerCase()}://${fill(template.host)}:${fill(template.port)}${fill(template.path)}`;
  return query ? `${base}?${query}` : base;
}
