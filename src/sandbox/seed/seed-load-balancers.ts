import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { instanceGroups } from "./ecs-inputs.ts";
import type { ListenerSeed, LoadBalancerSeed, TargetGroupSeed } from "./load-balancer-schema.ts";
import type { LoadBalancerValues } from "./placeholders.ts";
import type { Seed } from "./schema.ts";
import type { SeedClients } from "./seed-clients.ts";
import { toActions, toConditions, toTransforms } from "./seed-rules.ts";
import { SUBNETS } from "./subnets.ts";

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
      new CreateLoadBalancerCommand({
        Name: name,
        Type: "application",
        Subnets: SUBNETS,
        Scheme: balancer.internal ? "internal" : "internet-facing",
        SecurityGroups: balancer.securityGroups,
      }),
    );
    const { LoadBalancerArn, DNSName } = LoadBalancers[0]!;
    await seedTargetGroups(balancer, { ...context, onInstances: instanceGroups(seed) }, targetGroupArns);
    const ports: number[] = [];
    for (const listener of balancer.listeners)
      ports.push(await seedListener(listener, { ...context, LoadBalancerArn: LoadBalancerArn!, targetGroupArns }));
    const [{ protocol } = { protocol: "http" }] = balancer.listeners;
    values[name] = { url: `${protocol}://${DNSName}:${ports[0]}`, dnsName: DNSName!, port: String(ports[0]) };
  }
  return { values, targetGroupArns };
}

/** Two subnets in two zones, as AWS wants them: a load balancer then has two addresses. */
const VPC = "vpc-0c0c0c0c0c0c0c0c0";
/** Nothing reads it: a simulated connection over TLS is told and not encrypted. */
const CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-4000-8000-000000000000";

async function seedTargetGroups(
  { targetGroups }: LoadBalancerSeed,
  { elb, onInstances }: Context & { onInstances: Set<string> },
  arns: Map<string, string>,
): Promise<void> {
  for (const [name, { port, healthCheck, ...attributes }] of Object.entries(targetGroups)) {
    const { TargetGroups = [] } = await elb.send(
      new CreateTargetGroupCommand({
        Name: name,
        Protocol: "HTTP",
        Port: port,
        VpcId: VPC,
        TargetType: onInstances.has(name) ? "instance" : "ip",
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
    const Attributes = toAttributes(attributes);
    if (Attributes.length > 0) await elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
  }
}

const toAttributes = ({
  deregistrationDelaySeconds,
  stickySeconds,
}: Pick<TargetGroupSeed, "deregistrationDelaySeconds" | "stickySeconds">) => [
  ...(deregistrationDelaySeconds === undefined
    ? []
    : [{ Key: "deregistration_delay.timeout_seconds", Value: String(deregistrationDelaySeconds) }]),
  ...(stickySeconds === undefined
    ? []
    : [
        { Key: "stickiness.enabled", Value: "true" },
        { Key: "stickiness.lb_cookie.duration_seconds", Value: String(stickySeconds) },
      ]),
];

type ListenerContext = Context & { LoadBalancerArn: string; targetGroupArns: Map<string, string> };

async function seedListener(
  listener: ListenerSeed,
  { elb, freePort, LoadBalancerArn, targetGroupArns }: ListenerContext,
): Promise<number> {
  const port = listener.port === "auto" ? await freePort() : listener.port;
  const { Listeners = [] } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn,
      ...(listener.protocol === "https"
        ? { Protocol: "HTTPS", Certificates: [{ CertificateArn: CERTIFICATE }] }
        : { Protocol: "HTTP" }),
      Port: port,
      DefaultActions: toActions(listener.default, listener.authenticate, targetGroupArns),
    }),
  );
  for (const rule of listener.rules)
    await elb.send(
      new CreateRuleCommand({
        ListenerArn: Listeners[0]!.ListenerArn,
        Priority: rule.priority,
        Conditions: toConditions(rule.conditions),
        Actions: toActions(rule.action, rule.authenticate, targetGroupArns),
        ...(rule.transforms && { Transforms: toTransforms(rule.transforms) }),
      }),
    );
  return port;
}
