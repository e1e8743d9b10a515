import { randomInt } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../clock.ts";
import type { Metrics } from "./cloud/cloudwatch/metrics.ts";
import type { AccessKey, Credentials } from "./cloud/credentials.ts";
import type { Images } from "./cloud/ecr/images.ts";
import { createEventLog } from "./cloud/event-log.ts";
import type { Faults } from "./cloud/faults.ts";
import type { Iam } from "./cloud/iam/iam.ts";
import type { Lambda } from "./cloud/lambda/lambda.ts";
import { type Latencies, latenciesSchema, type Quotas, type Switches, switchesSchema } from "./cloud/settings.ts";
import { createIds, createTimers, type World } from "./cloud/world.ts";
import { createCloud } from "./cloud.ts";
import type { DisturbRequest, KillRequest, MeasureRequest } from "./control/control-schema.ts";
import { killer } from "./control/killer.ts";
import type { ContainerRuntime } from "./substrate/containers.ts";
import type { DatabaseEngine } from "./substrate/databases.ts";
import { createRealContainers } from "./substrate/real/containers.ts";
import { createRealDatabases } from "./substrate/real/databases.ts";
import { realFunctions } from "./substrate/real/functions.ts";
import { createRealNetwork, freePort } from "./substrate/real/network.ts";
import { type Gate, listen } from "./wire/server.ts";

export type ServicesOptions = {
  region?: string;
  account?: string;
  latencies?: Latencies;
  quotas?: Quotas;
  switches?: Switches;
  /** Told of what no caller can be told: the sandbox's own failures. */
  onBug?: (error: unknown) => void;
  /** Stands around the effect of every call, where somebody wants to meddle at an exact place. */
  gate?: Gate;
  /** In the place of child processes and PostgreSQL. Shut down with the sandbox. */
  substrate?: { containers: ContainerRuntime; databases: DatabaseEngine };
  /** Told of each line that a function writes. */
  onFunctionLine?: (line: { functionName: string; requestId?: string; line: string }) => void;
};

/** The simulated AWS on its real substrate: child processes, PostgreSQL, sockets. */
export type Services = {
  world: World;
  /** One endpoint for every service: AWS_ENDPOINT_URL. */
  url: string;
  /** The administrator's, a user that may do everything. */
  key: AccessKey;
  credentials: Credentials;
  images: Images;
  faults: Faults;
  /** What roles may do: everything, until one is given policies. */
  iam: Iam;
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
  const { region = "eu-central-1", account = "111122223333", onBug = console.error } = options;
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
    quotas: options.quotas,
  };

  const directory = await mkdtemp(join(tmpdir(), "intermission-sandbox-"));
  cleanup.defer(() => rm(directory, { recursive: true, force: true }));
  // PostgreSQL refuses to run as root and then runs as a user that must be able to pass through.
  await chmod(directory, 0o711);
  const databases = options.substrate?.databases ?? createRealDatabases({ directory: join(directory, "databases") });
  cleanup.defer(() => databases.shutDown());
  const network = await createRealNetwork();
  cleanup.defer(() => network.shutDown());
  const containers = options.substrate?.containers ?? createRealContainers({ volumes: join(directory, "volumes") });
  cleanup.defer(() => containers.shutDown());

  const functions = realFunctions({ resolver: network.resolver, onLine: options.onFunctionLine });
  const cloud = createCloud(world, { containers, network, databases, functions }, onBug, { gate: options.gate });
  cleanup.defer(() => cloud.stop());
  const endpoint = await listen(cloud.handle);
  cleanup.defer(() => endpoint.close());

  const started = cleanup.move();
  const { credentials, images, faults, iam, lambda, metrics, ecs, elb, rds, state } = cloud;
  return {
    world,
    url: endpoint.url,
    key: credentials.issue({ arn: `arn:aws:iam::${account}:user/operator` }),
    credentials,
    images,
    faults,
    iam,
    lambda,
    metrics,
    directory,
    freePort,
    reachable(url) {
      const { hostname } = new URL(url);
      const balancer = elb.state().loadBalancers.find(({ dnsName }) => dnsName === hostname);
      return balancer?.addresses[0] ? url.replace(hostname, balancer.addresses[0]) : url;
    },
    state,
    measure: ({ value, ...metric }) => metrics.set(metric, value ?? undefined),
    kill: killer({ lambda, ecs, rds }),
    disturb: ({ database, ...disturbance }) => rds.disturb(database, disturbance),
    close: () => started.disposeAsync(),
  };
}
