import { randomInt } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../clock.ts";
import { createAutoScaling } from "./cloud/auto-scaling/auto-scaling.ts";
import { createCloudWatch } from "./cloud/cloudwatch/cloudwatch.ts";
import { createMetrics, type Metrics } from "./cloud/cloudwatch/metrics.ts";
import { type AccessKey, type Credentials, createCredentials } from "./cloud/credentials.ts";
import { createDynamoDb } from "./cloud/dynamodb.ts";
import { createEcr } from "./cloud/ecr/ecr.ts";
import { createImages, type Images } from "./cloud/ecr/images.ts";
import { createOciRegistry } from "./cloud/ecr/oci-registry.ts";
import { createEcs } from "./cloud/ecs/ecs.ts";
import { createElb } from "./cloud/elbv2/elb.ts";
import { createEventLog } from "./cloud/event-log.ts";
import { createEventBridge } from "./cloud/eventbridge/eventbridge.ts";
import { createFaults, type Faults } from "./cloud/faults.ts";
import { createLambda, type Lambda } from "./cloud/lambda/lambda.ts";
import { createLogs } from "./cloud/logs/logs.ts";
import { createRds } from "./cloud/rds/rds.ts";
import { createScheduler } from "./cloud/scheduler/scheduler.ts";
import { type Latencies, latenciesSchema, type Switches, switchesSchema } from "./cloud/settings.ts";
import { createSts } from "./cloud/sts.ts";
import { createIds, createTimers, type World } from "./cloud/world.ts";
import type { DisturbRequest, KillRequest, MeasureRequest } from "./control/control-schema.ts";
import { killer } from "./control/killer.ts";
import { createMounts } from "./mounts.ts";
import { createRealContainers } from "./substrate/real/containers.ts";
import { createRealDatabases } from "./substrate/real/databases.ts";
import { realFunctions } from "./substrate/real/functions.ts";
import { createRealNetwork, freePort } from "./substrate/real/network.ts";
import { logCalls } from "./wire/call-log.ts";
import { createEndpoint, listen } from "./wire/server.ts";

export type ServicesOptions = {
  region?: string;
  account?: string;
  latencies?: Latencies;
  switches?: Switches;
  /** Told of what no caller can be told: the sandbox's own failures. */
  onBug?: (error: unknown) => void;
  /** Told of each line that a function writes. */
  onFunctionLine?: (line: { functionName: string; requestId?: string; line: string }) => void;
};

/** The simulated AWS on its real substrate: child processes, PostgreSQL, sockets. */
export type Services = {
  world: World;
  /** One endpoint for every service: AWS_ENDPOINT_URL. */
  url: string;
  /** The administrator's. Services check signatures, but no policies. */
  key: AccessKey;
  credentials: Credentials;
  images: Images;
  faults: Faults;
  lambda: Lambda;
  /** What CloudWatch measures that nothing here produces by itself: set it. */
  metrics: Metrics;
  /** Scratch space that goes with the sandbox. */
  directory: string;
  /** A port that is free on every address of a load balancer. */
  freePort: () => Promise<number>;
  /** A URL that reaches a load balancer's name from this machine, whose own resolver does not know it. */
  reachable(url: string): string;
  state(): Record<string, unknown>;
  measure(what: MeasureRequest): void;
  kill(what: KillRequest): Promise<void>;
  disturb(what: DisturbRequest): void;
  /** Leaves no process, no port and no folder behind. */
  close(): Promise<void>;
};

export async function startServices(options: ServicesOptions = {}): Promise<Services> {
  await using cleanup = new AsyncDisposableStack();
  const { region = "us-east-1", account = "111122223333", onBug = console.error } = options;
  const clock = systemClock;
  const timers = createTimers();
  cleanup.defer(() => timers.clear());
  const world: World = {
    account,
    region,
    clock,
    timers,
    ids: createIds(randomInt(2 ** 32)),
    log: createEventLog(clock),
    latencies: options.latencies ?? latenciesSchema.parse({}),
    switches: options.switches ?? switchesSchema.parse({}),
  };

  const directory = await mkdtemp(join(tmpdir(), "intermission-sandbox-"));
  cleanup.defer(() => rm(directory, { recursive: true, force: true }));
  // PostgreSQL refuses to run as root and then runs as a user that must be able to pass through.
  await chmod(directory, 0o711);
  const databases = createRealDatabases({ directory: join(directory, "databases") });
  cleanup.defer(() => databases.shutDown());
  const network = await createRealNetwork();
  cleanup.defer(() => network.shutDown());
  const containers = createRealContainers({ volumes: join(directory, "volumes") });
  cleanup.defer(() => containers.shutDown());

  const credentials = createCredentials(world);
  const images = createImages(world);
  const elb = createElb(world, { network });
  cleanup.defer(() => elb.stop());
  const logs = createLogs(world);
  const ecs = createEcs(world, { targets: elb.targets, images, containers, logs: logs.sink });
  cleanup.defer(() => ecs.stop());
  const rds = createRds(world, { databases });
  cleanup.defer(() => rds.stop());
  const metrics = createMetrics(world);
  const autoScaling = createAutoScaling(world, { counts: ecs.counts, metrics });
  cleanup.defer(() => autoScaling.stop());
  const cloudWatch = createCloudWatch(world, { metrics, act: autoScaling.runStep });
  cleanup.defer(() => cloudWatch.stop());
  const eventBridge = createEventBridge(world, { ecs: ecs.caller });
  cleanup.defer(() => eventBridge.stop());
  const scheduler = createScheduler(world, { ecs: ecs.caller });
  cleanup.defer(() => scheduler.stop());
  const lambda = createLambda(world, {
    functions: realFunctions({ resolver: network.resolver, onLine: options.onFunctionLine }),
  });
  cleanup.defer(() => lambda.stop());

  const dynamoDb = createDynamoDb({ createTableMs: 0, deleteTableMs: 0 });
  const mounts = createMounts({
    ecs: ecs.handlers,
    elb: elb.handlers,
    rds: rds.handlers,
    autoScaling: autoScaling.handlers,
    lambda: lambda.handlers,
    ecr: createEcr(world, images),
    sts: createSts(credentials),
    cloudWatch: cloudWatch.handlers,
    eventBridge: eventBridge.handlers,
    logs: logs.handlers,
    scheduler: scheduler.handlers,
  });
  const faults = createFaults({ services: [...mounts, dynamoDb].map(({ service }) => service) });
  const handle = createEndpoint({
    mounts,
    passThrough: [dynamoDb],
    open: [createOciRegistry(images)],
    secrets: credentials.secrets,
    region,
    observe: logCalls(world.log, ({ accessKeyId }) => credentials.callerOf(accessKeyId)?.arn ?? accessKeyId),
    faults,
    onBug,
  });
  const endpoint = await listen(handle);
  cleanup.defer(() => endpoint.close());

  const started = cleanup.move();
  return {
    world,
    url: endpoint.url,
    key: credentials.issue({ arn: `arn:aws:iam::${account}:user/operator` }),
    credentials,
    images,
    faults,
    lambda,
    metrics,
    directory,
    freePort,
    reachable(url) {
      const { hostname } = new URL(url);
      const balancer = elb.state().loadBalancers.find(({ dnsName }) => dnsName === hostname);
      return balancer?.addresses[0] ? url.replace(hostname, balancer.addresses[0]) : url;
    },
    state: () => ({
      ecs: ecs.state(),
      elbv2: elb.state(),
      rds: rds.state(),
      autoScaling: autoScaling.state(),
      lambda: lambda.state(),
      cloudWatch: cloudWatch.state(),
      eventBridge: eventBridge.state(),
      logs: logs.state(),
      scheduler: scheduler.state(),
    }),
    measure: ({ value, ...metric }) => metrics.set(metric, value ?? undefined),
    kill: killer({ lambda, ecs, rds }),
    disturb: ({ database, ...disturbance }) => rds.disturb(database, disturbance),
    close: () => started.disposeAsync(),
  };
}
