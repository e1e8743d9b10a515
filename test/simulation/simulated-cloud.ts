import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { RDSClient } from "@aws-sdk/client-rds";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Logger } from "@smithy/types";
import { createAws } from "../../src/aws/aws.ts";
import { type Clients, createClients } from "../../src/aws/clients.ts";
import { createPace, type Pace } from "../../src/aws/pace.ts";
import { systemClock } from "../../src/clock.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import { tableDefinition } from "../../src/operations/dynamo-table.ts";
import { WINDOWS_AT_ONCE } from "../../src/operations/windows-at-once.ts";
import type { Alarm, World as RunbookWorld } from "../../src/procedures/operation-run.ts";
import { createEventLog } from "../../src/sandbox/cloud/event-log.ts";
import { latenciesSchema, type Switches, switchesSchema } from "../../src/sandbox/cloud/settings.ts";
import { createIds, createTimers, type World } from "../../src/sandbox/cloud/world.ts";
import { createCloud } from "../../src/sandbox/cloud.ts";
import { applySeed } from "../../src/sandbox/seed/apply-seed.ts";
import { parseSeed } from "../../src/sandbox/seed/load-seed.ts";
import { replacePlaceholders } from "../../src/sandbox/seed/placeholders.ts";
import { hurry } from "../../src/sandbox/seeding-latencies.ts";
import { createSimulatedContainers, type SimulatedProgram } from "../../src/sandbox/substrate/simulated/containers.ts";
import { createSimulatedDatabases, type SimulatedDatabases } from "../../src/sandbox/substrate/simulated/databases.ts";
import { type SimulatedFunction, simulatedFunctions } from "../../src/sandbox/substrate/simulated/functions.ts";
import { createSimulatedHosts } from "../../src/sandbox/substrate/simulated/hosts.ts";
import { createSimulatedNetwork } from "../../src/sandbox/substrate/simulated/network.ts";
import { inProcess } from "../../src/sandbox/wire/server.ts";
import { Sha256 } from "../../src/sandbox/wire/sha256.ts";
import { parseConfiguration } from "../../src/targets/configuration.ts";
import type { Http } from "../../src/targets/http.ts";
import { unreachedBy } from "../../src/targets/unreached.ts";
import { inFastMode } from "./in-fast-mode.ts";
import { signedByNameOnly } from "./signed-by-name-only.ts";

/** The roles of the functions, as the sandbox names them. */
export const RUNBOOK_ROLE = "intermission-runbook";
export const API_ROLE = "intermission-api";

/** Without `info` the SDK does not put into words, for nobody, what each call sent and got. */
const QUIET: Omit<Logger, "info"> & { info: never } = {
  debug() {},
  warn() {},
  error() {},
  info: undefined as never,
};

export type SimulatedCloud = Awaited<ReturnType<typeof simulatedCloud>>;
export type SimulatedCloudOptions = {
  /** sandbox.yml. */
  seed: string;
  /** Image references and what they run. */
  programs: (databases: SimulatedDatabases) => Record<string, SimulatedProgram>;
  switches?: Partial<Switches>;
  seedNumber?: number;
  /** How often it is looked whether what is seeded is there, in milliseconds: of very much, seldom. */
  seedEveryMs?: number;
  /** The code of the functions that are defined in this cloud, by name; the operations' table has a stream then. None, unless given. */
  functions?: Record<string, SimulatedFunction>;
  /** Calls say who makes them, and nobody proves it: a fifth of what a call costs. By default they are signed, and signatures are verified. */
  isUnsigned?: boolean;
};

/** A whole AWS in one process on virtual time, seeded, with production code's own adapters on top of the SDK. */
export async function simulatedCloud(options: SimulatedCloudOptions) {
  const {
    seed: text,
    programs,
    switches = {},
    seedNumber = 1,
    seedEveryMs,
    functions: code,
    isUnsigned = false,
  } = options;
  const seed = await parseSeed(text, { fileName: "sandbox.yml", directory: "." });
  const clock = systemClock;
  const timers = createTimers();
  const world: World = {
    account: seed.account,
    region: seed.region,
    clock,
    timers,
    ids: createIds(seedNumber),
    log: createEventLog(clock),
    latencies: latenciesSchema.parse(seed.latencies),
    switches: switchesSchema.parse({ ...seed.switches, ...switches }),
    quotas: seed.quotas,
  };
  const hosts = createSimulatedHosts();
  const network = createSimulatedNetwork(hosts);
  const databases = createSimulatedDatabases();
  const containers = createSimulatedContainers({
    clock,
    hosts,
    programs: new Map(Object.entries(programs(databases))),
  });
  const functions = simulatedFunctions(world, code ?? {}, () => {
    throw new Error("no function runs in this cloud: the runbook is run by the test");
  });
  const bugs: unknown[] = [];
  const cloud = createCloud(world, { containers, network, databases, functions }, (error) => bugs.push(error), {
    checksSignatures: !isUnsigned,
  });
  const { credentials, images, handle } = cloud;

  const configFor = (role: string) => {
    const key = credentials.issue({ arn: `arn:aws:sts::${seed.account}:assumed-role/${role}/session` });
    return {
      region: seed.region,
      credentials: key,
      requestHandler: inProcess(handle, { requestTimeoutMs: 10_000 }),
      sha256: Sha256,
      logger: QUIET,
      ...(isUnsigned && { signer: signedByNameOnly(key) }),
    };
  };

  const slowDown = hurry(world.latencies);
  const operator = configFor("operator");
  const values = await applySeed(seed, {
    clients: {
      autoScaling: new ApplicationAutoScalingClient(operator),
      ecs: new ECSClient(operator),
      elb: new ElasticLoadBalancingV2Client(operator),
      eventBridge: new EventBridgeClient(operator),
      rds: new RDSClient(operator),
      scheduler: new SchedulerClient(operator),
      destroy() {},
    },
    images,
    freePort: async () => 8080,
    waiting: { clock, timeoutMs: 600_000, everyMs: seedEveryMs },
    failureOf: () => undefined,
    report: () => {},
  });
  slowDown();

  const configuration = parseConfiguration(replacePlaceholders(seed.targets!.text, values), "intermission.yml");
  const dynamo = new DynamoDBClient(configFor(RUNBOOK_ROLE));
  await dynamo.send(
    new CreateTableCommand({
      ...tableDefinition("intermission"),
      ...(code && { StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" } }),
    }),
  );
  await clock.sleep(1_000); // a table is not there at once
  const fast = <Client extends { config: object }>(client: Client) => inFastMode(client, seed.region);
  const storeOn = (dynamo: DynamoDBClient) => {
    const client = DynamoDBDocumentClient.from(dynamo, { marshallOptions: { removeUndefinedValues: true } });
    return createDynamoStore({ client: fast(client), table: "intermission", clock });
  };

  const http: Http = async ({ method = "GET", url, connectTo, headers = {}, body, timeoutMs }) => {
    const { host, pathname, search } = new URL(url);
    const answer = hosts.send(connectTo.address, connectTo.port, {
      method,
      body,
      path: pathname + search,
      headers: { host, ...headers },
      remoteAddress: "192.0.2.1",
    });
    const late = clock.sleep(timeoutMs).then(() => Promise.reject(new DOMException("late", "TimeoutError")));
    return Promise.race([answer, late]).catch((error: unknown) => {
      throw unreachedBy(error, { connected: true });
    });
  };
  const alarms: Alarm[] = [];
  const clientsOf = (role: string, pace: Pace | undefined): Clients => {
    const { logs, ...clients } = createClients({ ...configFor(role), pace });
    for (const client of Object.values(clients)) fast(client);
    return { ...clients, logs };
  };
  const worldOf = (role: string, store: RunbookWorld["store"], pace?: Pace): RunbookWorld => ({
    aws: createAws({
      clients: clientsOf(role, pace),
      pace,
      fetch: () => Promise.reject(new Error("there is no internet in a simulation")),
    }),
    http,
    resolveName: async (name) => hosts.resolve(name),
    store,
    clock,
    alarm: (alarm) => alarms.push(alarm),
    windowsAtOnce: WINDOWS_AT_ONCE,
  });
  const store = storeOn(dynamo);
  const runbook = worldOf(RUNBOOK_ROLE, store, createPace());
  let api: RunbookWorld | undefined;
  const { ecs, elb, rds, autoScaling, eventBridge, scheduler, lambda, faults, rateLimits, staleReads, iam, metrics } =
    cloud;
  return {
    world,
    hosts,
    containers,
    databases,
    images,
    ecs,
    elb,
    rds,
    autoScaling,
    eventBridge,
    scheduler,
    lambda,
    /** What CloudWatch measures that nothing here produces by itself: set it. */
    metrics,
    faults,
    /** What AWS takes from an account a second: everything, until it is enforced. */
    rateLimits,
    staleReads,
    /** What each function's role may do: everything, until it is given policies. */
    iam,
    bugs,
    /** Who was woken, and why. */
    alarms,
    configuration,
    store,
    runbook,
    /** The same world in the hands of the API's role. */
    get api(): RunbookWorld {
      api ??= worldOf(API_ROLE, storeOn(new DynamoDBClient(configFor(API_ROLE))));
      return api;
    },
    values,
    operator,
    /** For a client in the hands of a role's session. */
    configFor,
  };
}
