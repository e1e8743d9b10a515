import {
  type Action,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
  type RuleCondition,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ActionSeed, ListenerSeed, LoadBalancerSeed, RuleSeed } from "./load-balancer-schema.ts";
import type { LoadBalancerValues } from "./placeholders.ts";
import type { Seed } from "./schema.ts";
import type { SeedClients } from "./seed-clients.ts";

type Context = {
  elb: SeedClients["elb"];
  /** A port that is free on every address of a load balancer. */
  freePort: () => Promise<number>;
};

export type SeededLoadBalancers = {
  values: Record<string, LoadBalancerValues>;
  targetGroupArns: Map<string, string>;
};

export async function seedLoadBalancers(seed: Seed, context: Context): Promise<SeededLoadBalancers> {
  const targetGroupArns = new Map<string, string>();
  const values: Record<string, LoadBalancerValues> = {};
  for (const [name, balancer] of Object.entries(seed.loadBalancers)) {
    const { LoadBalancers = [] } = await context.elb.send(
      new CreateLoadBalancerCommand({ Name: name, Type: "application", Subnets: SUBNETS }),
    );
    const { LoadBalancerArn, DNSName } = LoadBalancers[0]!;
    await seedTargetGroups(balancer, context, targetGroupArns);
    const ports: number[] = [];
    for (const listener of balancer.listeners)
      ports.push(await seedListener(listener, { ...context, LoadBalancerArn: LoadBalancerArn!, targetGroupArns }));
    values[name] = { url: `http://${DNSName}:${ports[0]}`, dnsName: DNSName!, port: String(ports[0]) };
  }
  return { values, targetGroupArns };
}

/** Two subnets in two zones, as AWS wants them: a load balancer then has two addresses. */
export const SUBNETS = ["subnet-0a0a0a0a0a0a0a0a0", "subnet-0b0b0b0b0b0b0b0b0"];
const VPC = "vpc-0c0c0c0c0c0c0c0c0";

async function seedTargetGroups(
  { targetGroups }: LoadBalancerSeed,
  { elb }: Context,
  arns: Map<string, string>,
): Promise<void> {
  for (const [name, { port, healthCheck, deregistrationDelaySeconds }] of Object.entries(targetGroups)) {
    const { TargetGroups = [] } = await elb.send(
      new CreateTargetGroupCommand({
        Name: name,
        Protocol: "HTTP",
        Port: port,
        VpcId: VPC,
        TargetType: "ip",
        HealthCheckPath: healthCheck.path,
        HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
        HealthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
        HealthyThresholdCount: healthCheck.healthyThreshold,
        UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
        Matcher: { HttpCode: healthCheck.statuses },
      }),
    );
    const TargetGroupArn = TargetGroups[0]!.TargetGroupArn!;
    arns.set(name, TargetGroupArn);
    if (deregistrationDelaySeconds === undefined) continue;
    const Attributes = [{ Key: "deregistration_delay.timeout_seconds", Value: String(deregistrationDelaySeconds) }];
    await elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
  }
}

type ListenerContext = Context & { LoadBalancerArn: string; targetGroupArns: Map<string, string> };

async function seedListener(
  listener: ListenerSeed,
  { elb, freePort, LoadBalancerArn, targetGroupArns }: ListenerContext,
): Promise<number> {
  const port = listener.port === "auto" ? await freePort() : listener.port;
  const { Listeners = [] } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn,
      Protocol: "HTTP",
      Port: port,
      DefaultActions: [toAction(listener.default, targetGroupArns)],
    }),
  );
  for (const rule of listener.rules)
    await elb.send(
      new CreateRuleCommand({
        ListenerArn: Listeners[0]!.ListenerArn,
        Priority: rule.priority,
        Conditions: toConditions(rule.conditions),
        Actions: [toAction(rule.action, targetGroupArns)],
      }),
    );
  return port;
}

function toAction(action: ActionSeed, targetGroupArns: Map<string, string>): Action {
  if ("targetGroup" in action) return { Type: "forward", TargetGroupArn: targetGroupArns.get(action.targetGroup) };
  if ("fixedResponse" in action) {
    const { status, contentType, body } = action.fixedResponse;
    return {
      Type: "fixed-response",
      FixedResponseConfig: { StatusCode: String(status), ContentType: contentType, MessageBody: body },
    };
  }
  const { to, status } = action.redirect;
  const { protocol, hostname, port, pathname, search } = new URL(to);
  const secure = protocol === "https:";
  return {
    Type: "redirect",
    RedirectConfig: {
      Protocol: secure ? "HTTPS" : "HTTP",
      Host: hostname,
      Port: port || (secure ? "443" : "80"),
      Path: pathname,
      Query: search.slice(1),
      StatusCode: `HTTP_${status}`,
    },
  };
}

function toConditions({ path, host, methods, sourceIp, headers, query }: RuleSeed["conditions"]): RuleCondition[] {
  return [
    ...(path ? [{ Field: "path-pattern", PathPatternConfig: { Values: path } }] : []),
    ...(host ? [{ Field: "host-header", HostHeaderConfig: { Values: host } }] : []),
    ...(methods ? [{ Field: "http-request-method", HttpRequestMethodConfig: { Values: methods } }] : []),
    ...(sourceIp ? [{ Field: "source-ip", SourceIpConfig: { Values: sourceIp } }] : []),
    ...Object.entries(headers ?? {}).map(([name, values]) => ({
      Field: "http-header",
      HttpHeaderConfig: { HttpHeaderName: name, Values: values },
    })),
    ...Object.entries(query ?? {}).map(([Key, Value]) => ({
      Field: "query-string",
      QueryStringConfig: { Values: [{ Key, Value }] },
    })),
  ];
}
