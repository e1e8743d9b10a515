import * as sdk from "@aws-sdk/client-elastic-load-balancing-v2";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { createElb } from "../../../src/sandbox/cloud/elbv2/elb.ts";
import { createEventLog, type SandboxFact } from "../../../src/sandbox/cloud/event-log.ts";
import { latenciesSchema, switchesSchema } from "../../../src/sandbox/cloud/settings.ts";
import { createIds, createTimers, type World } from "../../../src/sandbox/cloud/world.ts";
import { createSimulatedHosts, type SimulatedServer } from "../../../src/sandbox/substrate/simulated/hosts.ts";
import { createSimulatedNetwork } from "../../../src/sandbox/substrate/simulated/network.ts";
import { createEndpoint, inProcess } from "../../../src/sandbox/wire/server.ts";
import { describeService } from "../../../src/sandbox/wire/service.ts";

type Options = { elb?: Record<string, number>; switches?: Record<string, boolean>; seed?: number };

const service = describeService(sdk, sdk.ElasticLoadBalancingV2Client);

/** The service on simulated hosts, called through the real SDK client over the real wire format. Rules are in force at once unless said. */
export function createElbWorld({ elb: latencies = {}, switches = {}, seed = 1 }: Options = {}) {
  const log = createEventLog(systemClock);
  const immediately = { rulePropagationMinimumMs: 0, rulePropagationMaximumMs: 0, registrationMs: 0 };
  const world: World = {
    account: "111122223333",
    region: "eu-west-1",
    clock: systemClock,
    timers: createTimers(),
    ids: createIds(seed),
    log,
    latencies: latenciesSchema.parse({ elb: { ...immediately, ...latencies } }),
    switches: switchesSchema.parse(switches),
  };
  const hosts = createSimulatedHosts();
  const network = createSimulatedNetwork(hosts);
  const elb = createElb(world, { network });
  const client = new ElasticLoadBalancingV2({
    region: world.region,
    endpoint: "http://sandbox",
    credentials: { accessKeyId: "A", secretAccessKey: "S" },
    maxAttempts: 1,
    requestHandler: inProcess(createEndpoint({ mounts: [{ service, handlers: elb.handlers }] })),
  });

  const facts = <Kind extends SandboxFact["kind"]>(kind: Kind) =>
    log.after().filter((event): event is Extract<typeof event, { kind: Kind }> => event.kind === kind);

  return {
    client,
    hosts,
    network,
    world,
    targets: elb.targets,
    state: () => elb.state(),
    stop: () => elb.stop(),
    facts,

    async loadBalancer(name = "crm") {
      const { LoadBalancers } = await client.createLoadBalancer({ Name: name, Subnets: ["subnet-a", "subnet-b"] });
      const { LoadBalancerArn, DNSName } = LoadBalancers![0]!;
      return { arn: LoadBalancerArn!, dnsName: DNSName!, addresses: hosts.resolve(DNSName!) };
    },
    /** Checks every 5 s, two answers decide. */
    async targetGroup(name = "web", more: Partial<sdk.CreateTargetGroupInput> = {}) {
      const { TargetGroups } = await client.createTargetGroup({
        Name: name,
        TargetType: "ip",
        Protocol: "HTTP",
        Port: 3000,
        VpcId: "vpc-1",
        HealthCheckIntervalSeconds: 5,
        HealthCheckTimeoutSeconds: 2,
        HealthyThresholdCount: 2,
        UnhealthyThresholdCount: 2,
        ...more,
      });
      return TargetGroups![0]!.TargetGroupArn!;
    },
    async listener(loadBalancerArn: string, action: sdk.Action = answer("200", "default"), port = 80) {
      const { Listeners } = await client.createListener({
        LoadBalancerArn: loadBalancerArn,
        Protocol: "HTTP",
        Port: port,
        DefaultActions: [action],
      });
      return Listeners![0]!.ListenerArn!;
    },
    /** HTTPS, where alone actions that authenticate are allowed. */
    async secureListener(loadBalancerArn: string, actions: sdk.Action[] = [answer("200", "default")], port = 443) {
      const { Listeners } = await client.createListener({
        LoadBalancerArn: loadBalancerArn,
        Protocol: "HTTPS",
        Port: port,
        Certificates: [{ CertificateArn: CERTIFICATE }],
        DefaultActions: actions,
      });
      return Listeners![0]!.ListenerArn!;
    },
    async rule(listenerArn: string, priority: number, conditions: sdk.RuleCondition[], action = answer("200", "rule")) {
      const { Rules } = await client.createRule({
        ListenerArn: listenerArn,
        Priority: priority,
        Conditions: conditions,
        Actions: [action],
      });
      return Rules![0]!.RuleArn!;
    },
    node(address: string, body = address, port = 3000, status = 200) {
      return hosts.listen(address, port, async () => ({ status, headers: { "content-type": "text/plain" }, body }));
    },
    serve: (address: string, server: SimulatedServer, port = 3000) => hosts.listen(address, port, server),
    register: (group: string, ...ids: string[]) =>
      client.registerTargets({ TargetGroupArn: group, Targets: ids.map((Id) => ({ Id })) }),
    deregister: (group: string, ...ids: string[]) =>
      client.deregisterTargets({ TargetGroupArn: group, Targets: ids.map((Id) => ({ Id })) }),
    delay: (group: string, seconds: number) =>
      client.modifyTargetGroupAttributes({
        TargetGroupArn: group,
        Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: String(seconds) }],
      }),
    /** "address state reason" of every target that is listed. */
    async health(group: string, ...ids: string[]) {
      const { TargetHealthDescriptions } = await client.describeTargetHealth({
        TargetGroupArn: group,
        Targets: ids.length ? ids.map((Id) => ({ Id })) : undefined,
      });
      return TargetHealthDescriptions!.map(({ Target, TargetHealth }) =>
        [Target!.Id, TargetHealth!.State, TargetHealth!.Reason].filter(Boolean).join(" "),
      );
    },
    async get(address: string, path = "/", { port = 80, method = "GET", headers = {}, from = "192.0.2.1" } = {}) {
      const request = { method, path, headers: { host: "crm.example.com", ...headers }, remoteAddress: from };
      return hosts.send(address, port, request);
    },
  };
}

export const CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d-0000-4000-8000-000000000000";

export const answer = (status: string, body: string): sdk.Action => ({
  Type: "fixed-response",
  FixedResponseConfig: { StatusCode: status, ContentType: "text/plain", MessageBody: body },
});
export const forward = (targetGroupArn: string): sdk.Action => ({ Type: "forward", TargetGroupArn: targetGroupArn });
/** Target groups with their weights. */
export const weighted = (
  weights: Record<string, number>,
  stickiness?: sdk.TargetGroupStickinessConfig,
): sdk.Action => ({
  Type: "forward",
  ForwardConfig: {
    TargetGroups: Object.entries(weights).map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })),
    TargetGroupStickinessConfig: stickiness,
  },
});
export const path = (...values: string[]): sdk.RuleCondition => ({ Field: "path-pattern", Values: values });
export const everything = path("*");
export const sleep = (seconds: number) => systemClock.sleep(seconds * 1000);

/** The call fails with AWS's code, as the SDK and the CLI show it. */
export async function refuses(call: Promise<unknown>, code: string, message?: string | RegExp): Promise<void> {
  const error = await call.then(
    () => expect.unreachable(`the call succeeded, expected ${code}`),
    (error: { Code?: string; Error?: { Code?: string }; name: string; message: string }) => error,
  );
  expect(`${error.Code ?? error.Error?.Code ?? error.name}`).toBe(code);
  if (message) expect(error.message).toMatch(message);
}
