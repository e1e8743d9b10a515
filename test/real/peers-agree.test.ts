import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ApplicationAutoScaling } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { ECS } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { RDS } from "@aws-sdk/client-rds";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { bundlesIn } from "../../src/sandbox/bundles.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import { parseSeed } from "../../src/sandbox/seed/load-seed.ts";
import { isMissing } from "./peers.ts";

const run = promisify(execFile);
const [noAws, noBoto] = [isMissing("aws"), isMissing("boto3")];

/** Something of everything that a target may consist of. */
const SEED = `
region: eu-central-1
latencies: { rds: { snapshotMs: 200 } }
images:
  "shop:1": { command: [node, --eval, "console.log('shop is up'); require('node:http').createServer((_, reply) => reply.end('ok')).listen(Number(process.env.PORT), process.env.HOST)"], environment: { HOST: "{host}", PORT: "{port}" } }
databases:
  shop-db: { backupWindow: "03:00-03:30", securityGroups: [sg-shop] }
  shop-replica: { kind: replica, of: shop-db }
  shop: { kind: aurora, members: { shop-1: {}, shop-2: { promotionTier: 0 } } }
  shop-proxy: { kind: proxy, of: shop }
loadBalancers:
  shop:
    targetGroups:
      blue: { stickySeconds: 60, healthCheck: { path: /health } }
      green: {}
    listeners:
      - default: { targetGroup: blue }
        rules:
          - priority: 5
            conditions: { host: [shop.example.com], query: { debug: "1" }, headers: { x-beta: ["yes"] } }
            action: { targetGroups: { blue: 3, green: 1 }, stickySeconds: 300 }
            transforms: { url: { regex: "^/old/(.*)$", replace: "/new/$1" } }
          - { priority: 7, conditions: { path: [/gone], sourceIp: [203.0.113.0/24] }, action: { fixedResponse: { status: 410 } } }
clusters: [shop]
taskDefinitions:
  shop:
    containers: [{ name: app, image: "shop:1", port: 3000, logGroup: /shop, mounts: { files: /files } }]
    volumes: { files: { fileSystem: fs-0123456789abcdef0 } }
  report: { containers: [{ name: app, image: "shop:1", port: 3000 }] }
services:
  shop:
    cluster: shop
    taskDefinition: shop
    loadBalancers: [{ targetGroup: blue, container: app, port: 3000 }]
    deployment: { circuitBreaker: { enable: true, rollback: true } }
scalableTargets:
  - { service: shop, min: 1, max: 4, targetCpuPercent: 60, scheduledActions: { night: { schedule: "cron(0 22 * * ? *)", timezone: Europe/Berlin, min: 1 } } }
scheduledTasks:
  nightly: { cluster: shop, taskDefinition: report, schedule: "cron(0 2 * * ? *)" }
  hourly: { cluster: shop, taskDefinition: report, schedule: "rate(1 hour)", by: scheduler, timezone: Europe/Berlin }
`;

type Call = { service: keyof ReturnType<typeof createSdk>; operation: string; parameters?: Record<string, unknown> };

let sandbox: Sandbox;
let calls: Call[];

const createSdk = (config: {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}) => ({
  "application-autoscaling": new ApplicationAutoScaling(config),
  cloudwatch: new CloudWatch(config),
  logs: new CloudWatchLogs(config),
  ecs: new ECS(config),
  elbv2: new ElasticLoadBalancingV2(config),
  events: new EventBridge(config),
  rds: new RDS(config),
  scheduler: new Scheduler(config),
});

const sdk = () => {
  const { url: endpoint, key, world } = sandbox.services;
  return createSdk({ endpoint, region: world.region, credentials: key });
};

const environment = () => ({
  PATH: process.env.PATH,
  HOME: "/nonexistent",
  AWS_ENDPOINT_URL: sandbox.services.url,
  AWS_ACCESS_KEY_ID: sandbox.services.key.accessKeyId,
  AWS_SECRET_ACCESS_KEY: sandbox.services.key.secretAccessKey,
  AWS_DEFAULT_REGION: sandbox.services.world.region,
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_PAGER: "",
});

beforeAll(async () => {
  const seed = await parseSeed(SEED, { fileName: "sandbox.yml", directory: "." });
  sandbox = await startSandbox({ seed, bundles: bundlesIn("") });
  const { elbv2, ecs, rds } = sdk();
  const { LoadBalancers: [balancer] = [] } = await elbv2.describeLoadBalancers({});
  const { Listeners: [listener] = [] } = await elbv2.describeListeners({ LoadBalancerArn: balancer?.LoadBalancerArn });
  const { Rules = [] } = await elbv2.describeRules({ ListenerArn: listener?.ListenerArn });
  const { TargetGroups = [] } = await elbv2.describeTargetGroups({});
  const { taskArns = [] } = await ecs.listTasks({ cluster: "shop" });
  await elbv2.setRulePriorities({ RulePriorities: [{ RuleArn: Rules[0]?.RuleArn, Priority: 11 }] });
  await rds.createDBClusterSnapshot({ DBClusterIdentifier: "shop", DBClusterSnapshotIdentifier: "before" });
  const clusterSnapshot = { DBClusterSnapshotIdentifier: "before" };
  const available = async () => (await rds.describeDBClusterSnapshots(clusterSnapshot)).DBClusterSnapshots?.[0]?.Status;
  await vi.waitFor(async () => expect(await available()).toBe("available"), { timeout: 60_000 });
  const ofEcs = { ServiceNamespace: "ecs" };
  calls = [
    { service: "elbv2", operation: "DescribeRules", parameters: { ListenerArn: listener?.ListenerArn } },
    { service: "elbv2", operation: "DescribeTargetGroups" },
    ...TargetGroups.map(({ TargetGroupArn }) => ({
      service: "elbv2" as const,
      operation: "DescribeTargetGroupAttributes",
      parameters: { TargetGroupArn },
    })),
    { service: "elbv2", operation: "DescribeAccountLimits" },
    { service: "rds", operation: "DescribeDBInstances" },
    { service: "rds", operation: "DescribeDBClusters" },
    { service: "rds", operation: "DescribeDBClusterSnapshots", parameters: clusterSnapshot },
    { service: "rds", operation: "DescribeDBProxies" },
    { service: "rds", operation: "DescribeDBProxyTargets", parameters: { DBProxyName: "shop-proxy" } },
    { service: "rds", operation: "DescribeAccountAttributes" },
    { service: "ecs", operation: "DescribeServices", parameters: { cluster: "shop", services: ["shop"] } },
    { service: "ecs", operation: "DescribeTaskDefinition", parameters: { taskDefinition: "shop" } },
    { service: "ecs", operation: "GetTaskProtection", parameters: { cluster: "shop", tasks: taskArns } },
    { service: "application-autoscaling", operation: "DescribeScalableTargets", parameters: ofEcs },
    { service: "application-autoscaling", operation: "DescribeScheduledActions", parameters: ofEcs },
    { service: "application-autoscaling", operation: "DescribeScalingPolicies", parameters: ofEcs },
    { service: "events", operation: "ListRules" },
    { service: "events", operation: "ListTargetsByRule", parameters: { Rule: "nightly" } },
    { service: "scheduler", operation: "ListSchedules" },
    { service: "scheduler", operation: "GetSchedule", parameters: { Name: "hourly" } },
    { service: "logs", operation: "DescribeLogGroups" },
    { service: "logs", operation: "DescribeLogStreams", parameters: { logGroupName: "/shop" } },
    { service: "logs", operation: "FilterLogEvents", parameters: { logGroupName: "/shop", filterPattern: "up" } },
    { service: "cloudwatch", operation: "DescribeAlarms" },
    { service: "rds", operation: "DescribeDBClusters", parameters: { DBClusterIdentifier: "none" } },
    { service: "scheduler", operation: "GetSchedule", parameters: { Name: "none" } },
    { service: "logs", operation: "DescribeLogStreams", parameters: { logGroupName: "/none" } },
  ];
});
afterAll(() => sandbox?.close());

type Answered = { answer: unknown } | { error: string };

/** As every client means it: dates in UTC to the millisecond, nothing about the transport. */
const plain = (value: unknown): unknown => {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      name === "$metadata" || name === "ResponseMetadata" || member === undefined ? [] : [[name, plain(member)]],
    ),
  );
};

async function bySdk({ service, operation, parameters = {} }: Call): Promise<Answered> {
  const client = sdk()[service] as unknown as Record<string, (input: object) => Promise<unknown>>;
  const method = operation.charAt(0).toLowerCase() + operation.slice(1);
  try {
    return { answer: plain(await client[method]!(parameters)) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

const BOTO = `
import datetime, json, sys, boto3
from botocore import xform_name
from botocore.exceptions import ClientError
def plain(value):
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).isoformat(timespec='milliseconds').replace('+00:00', 'Z')
    if isinstance(value, list): return [plain(member) for member in value]
    if isinstance(value, dict): return {name: plain(member) for name, member in value.items() if name != 'ResponseMetadata'}
    return value
def answered(call):
    try: return {'answer': plain(getattr(boto3.client(call['service']), xform_name(call['operation']))(**call.get('parameters', {})))}
    except ClientError as error: return {'error': error.response['Error']['Message']}
print(json.dumps([answered(call) for call in json.load(sys.stdin)]))
`;

test.skipIf(noBoto)("boto3 reads what the SDK reads, member by member", async () => {
  const answers = await Promise.all(calls.map(bySdk));
  expect(answers.filter((each) => "error" in each)).toHaveLength(3);
  const text = JSON.stringify(answers);
  for (const something of ["url-rewrite", "shop is up", "Europe/Berlin", "fs-0123456789abcdef0", "before"])
    expect(text).toContain(something);
  const asked = run("python3", ["-c", BOTO], { env: environment(), maxBuffer: 64 * 1024 * 1024 });
  asked.child.stdin?.end(JSON.stringify(calls));
  const found = JSON.parse((await asked).stdout) as Answered[];
  for (const [index, call] of calls.entries()) expect({ call, ...found[index] }).toEqual({ call, ...answers[index] });
});

describe.skipIf(noAws)("the AWS CLI reads what the SDK reads", () => {
  test.each([
    "elbv2 describe-target-groups",
    "rds describe-db-clusters",
    "rds describe-db-proxies",
    "application-autoscaling describe-scheduled-actions --service-namespace ecs",
    "events list-rules",
    "scheduler list-schedules",
    "logs describe-log-groups",
  ])("%s", async (line) => {
    const [service = "", command = "", ...rest] = line.split(" ");
    const operation = command.replaceAll(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
    const call = calls.find(
      (each) => each.service === service && each.operation.toLowerCase() === operation.toLowerCase(),
    );
    const answer = await bySdk(call!);
    const { stdout } = await run("aws", [service, command, ...rest, "--output", "json"], { env: environment() });
    expect(withoutDates(JSON.parse(stdout))).toEqual(withoutDates((answer as { answer: unknown }).answer));
  });
});

/** The CLI prints dates as numbers or with an offset, as each service's protocol has them. */
const withoutDates = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutDates);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      /(Time|Date|At)$/.test(name) ? [] : [[name, withoutDates(member)]],
    ),
  );
};
