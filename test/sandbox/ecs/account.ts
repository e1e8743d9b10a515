import * as scaling from "@aws-sdk/client-application-auto-scaling";
import * as watching from "@aws-sdk/client-cloudwatch";
import * as logging from "@aws-sdk/client-cloudwatch-logs";
import * as sdk from "@aws-sdk/client-ecs";
import * as balancing from "@aws-sdk/client-elastic-load-balancing-v2";
import * as events from "@aws-sdk/client-eventbridge";
import * as schedules from "@aws-sdk/client-scheduler";
import { systemClock } from "../../../src/clock.ts";
import { createAutoScaling } from "../../../src/sandbox/cloud/auto-scaling/auto-scaling.ts";
import { createCloudWatch } from "../../../src/sandbox/cloud/cloudwatch/cloudwatch.ts";
import { createMetrics } from "../../../src/sandbox/cloud/cloudwatch/metrics.ts";
import { createEcs } from "../../../src/sandbox/cloud/ecs/ecs.ts";
import { createElb } from "../../../src/sandbox/cloud/elbv2/elb.ts";
import { createEventLog, type SandboxEvent } from "../../../src/sandbox/cloud/event-log.ts";
import { createEventBridge } from "../../../src/sandbox/cloud/eventbridge/eventbridge.ts";
import { createLogs } from "../../../src/sandbox/cloud/logs/logs.ts";
import { createScheduler } from "../../../src/sandbox/cloud/scheduler/scheduler.ts";
import type { RegisteredImage } from "../../../src/sandbox/cloud/seams.ts";
import { latenciesSchema, type Switches, switchesSchema } from "../../../src/sandbox/cloud/settings.ts";
import { createIds, createTimers, type World } from "../../../src/sandbox/cloud/world.ts";
import {
  createSimulatedContainers,
  type SimulatedProgram,
} from "../../../src/sandbox/substrate/simulated/containers.ts";
import { createSimulatedHosts } from "../../../src/sandbox/substrate/simulated/hosts.ts";
import { createSimulatedNetwork } from "../../../src/sandbox/substrate/simulated/network.ts";
import { createEndpoint, inProcess } from "../../../src/sandbox/wire/server.ts";
import { describeService } from "../../../src/sandbox/wire/service.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { createFakeTargets } from "./fake-targets.ts";

export const GROUP = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/web/0123456789abcdef";
export const NETWORK: sdk.NetworkConfiguration = { awsvpcConfiguration: { subnets: ["subnet-1", "subnet-2"] } };
export const DELAY_MS = 300_000;
export const TICK_MS = 10_000;

/** A server that ends two seconds after SIGTERM. */
const polite: SimulatedProgram = ({ host, port, hosts, clock, exit }) => {
  hosts.listen(host, port, async () => ({ status: 200, headers: {}, body: "ok" }));
  return { signal: (signal) => signal === "SIGTERM" && void clock.sleep(2_000).then(() => exit(0)), check: () => true };
};
const exitsAfter =
  (ms: number, code: number): SimulatedProgram =>
  ({ clock, exit }) => {
    void clock.sleep(ms).then(() => exit(code));
    return { signal: () => exit(143) };
  };

/** Says one line a second, `line 1` first and every third an ERROR. */
const talker: SimulatedProgram = ({ clock, log, exit }) => {
  let ended = false;
  void (async () => {
    for (let n = 1; !ended; n += 1) {
      log(n % 3 ? `line ${n}` : `ERROR line ${n}: out of coffee`);
      await clock.sleep(1_000);
    }
  })();
  return {
    signal() {
      ended = true;
      log("bye");
      exit(0);
    },
  };
};

/** Adds a line to a file on its volume and says how many there are. */
const scribe: SimulatedProgram = ({ files, log, exit }) => {
  const storage = files("storage");
  storage.set("visits", `${storage.get("visits") ?? ""}x`);
  log(`visits: ${storage.get("visits")?.length}`);
  return { signal: () => exit(143) };
};

export const PROGRAMS = new Map<string, SimulatedProgram>([
  ["app:1", polite],
  ["app:2", polite],
  ["stubborn:1", () => ({ signal: () => {} })],
  ["crash:1", exitsAfter(60_000, 1)],
  ["instant:1", exitsAfter(0, 3)],
  ["batch:1", exitsAfter(30_000, 0)],
  ["talker:1", talker],
  ["scribe:1", scribe],
  ["sick:1", ({ exit }) => ({ signal: () => exit(143), check: () => false })],
]);

export type Account = ReturnType<typeof createAccount>;

/** ECS in process, spoken to by the SDK's own client, over simulated containers and target groups. */
export function createAccount({ switches = {} as Partial<Switches>, loadBalancers = false } = {}) {
  const log = createEventLog(systemClock);
  const world: World = {
    account: "111122223333",
    region: "eu-central-1",
    clock: systemClock,
    timers: createTimers(),
    ids: createIds(7),
    log,
    latencies: latenciesSchema.parse({}),
    switches: switchesSchema.parse(switches),
  };
  const hosts = createSimulatedHosts();
  const targets = createFakeTargets(world, { deregistrationDelayMs: DELAY_MS });
  targets.addGroup(GROUP);
  const digests = new Map<string, string>();
  // `broken:1` is in the registry, and no container of it can be started.
  const images = {
    resolve(reference: string): RegisteredImage | undefined {
      if (!PROGRAMS.has(reference) && reference !== "broken:1") return undefined;
      const digest = digests.get(reference) ?? `sha256:${Buffer.from(reference).toString("hex").padEnd(64, "0")}`;
      return { reference, digest, program: { command: ["serve"], environment: { FROM_IMAGE: "yes" } } };
    },
  };
  const containers = createSimulatedContainers({ clock: systemClock, hosts, programs: PROGRAMS });
  const logs = createLogs(world);
  const elb = createElb(world, { network: createSimulatedNetwork(hosts) });
  const ecs = createEcs(world, {
    targets: loadBalancers ? elb.targets : targets,
    images,
    containers,
    logs: logs.sink,
  });
  const eventBridge = createEventBridge(world, { ecs: ecs.caller, functions: { invoke: async () => {} } });
  const scheduler = createScheduler(world, { ecs: ecs.caller });
  const metrics = createMetrics(world);
  const autoScaling = createAutoScaling(world, { counts: ecs.counts, metrics });
  const cloudWatch = createCloudWatch(world, { metrics, act: autoScaling.runStep });
  const handle = createEndpoint({
    mounts: [
      { service: describeService(balancing, balancing.ElasticLoadBalancingV2Client), handlers: elb.handlers },
      { service: describeService(sdk, sdk.ECSClient), handlers: ecs.handlers },
      {
        service: describeService(scaling, scaling.ApplicationAutoScalingClient),
        handlers: autoScaling.handlers,
      },
      { service: describeService(logging, logging.CloudWatchLogsClient), handlers: logs.handlers },
      { service: describeService(watching, watching.CloudWatchClient), handlers: cloudWatch.handlers },
      { service: describeService(events, events.EventBridgeClient), handlers: eventBridge.handlers },
      { service: describeService(schedules, schedules.SchedulerClient), handlers: scheduler.handlers },
    ],
    onBug: (error) => {
      throw error;
    },
  });
  const config = {
    region: world.region,
    credentials: { accessKeyId: "tester", secretAccessKey: "secret" },
    requestHandler: inProcess(handle),
    maxAttempts: 1,
  };
  return {
    world,
    log,
    hosts,
    targets,
    digests,
    ecs,
    client: new sdk.ECS(config),
    metrics,
    logs: new logging.CloudWatchLogs(config),
    scaling: new scaling.ApplicationAutoScaling(config),
    watching: new watching.CloudWatch(config),
    elb: new balancing.ElasticLoadBalancingV2(config),
    stopElb: () => elb.stop(),
    events: new events.EventBridge(config),
    schedules: new schedules.Scheduler(config),
  };
}

/** Runs a test's body in virtual time on a fresh account with a cluster `main`, and gives everything back. */
export const onEcs = (body: (account: Account) => Promise<void>, options?: Parameters<typeof createAccount>[0]) => () =>
  inVirtualTime(async () => {
    const account = createAccount(options);
    await account.client.createCluster({ clusterName: "main" });
    try {
      await body(account);
    } finally {
      await account.ecs.stop();
      await account.stopElb();
      account.world.timers.clear();
    }
  });

export const passes = (ms: number): Promise<void> => systemClock.sleep(ms);

export async function register(
  { client }: Account,
  image = "app:1",
  container: Partial<sdk.ContainerDefinition> = {},
  family = "web",
): Promise<string> {
  const { taskDefinition } = await client.registerTaskDefinition({
    family,
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: "256",
    memory: "512",
    containerDefinitions: [{ name: "app", image, portMappings: [{ containerPort: 8080 }], ...container }],
  });
  return taskDefinition!.taskDefinitionArn!;
}

/** A service on FARGATE, behind the target group unless `loadBalancers` says otherwise. */
export async function createService(
  account: Account,
  taskDefinition: string,
  input: Partial<sdk.CreateServiceRequest> = {},
): Promise<sdk.Service> {
  const { service } = await account.client.createService({
    cluster: "main",
    serviceName: "web",
    launchType: "FARGATE",
    taskDefinition,
    desiredCount: 1,
    networkConfiguration: NETWORK,
    loadBalancers: [{ targetGroupArn: GROUP, containerName: "app", containerPort: 8080 }],
    ...input,
  });
  return service!;
}

export async function runTask(account: Account, taskDefinition: string, input: Partial<sdk.RunTaskRequest> = {}) {
  const { tasks } = await account.client.runTask({
    cluster: "main",
    launchType: "FARGATE",
    taskDefinition,
    networkConfiguration: NETWORK,
    ...input,
  });
  return tasks![0]!;
}

export async function describe({ client }: Account, name = "web"): Promise<sdk.Service> {
  const { services } = await client.describeServices({ cluster: "main", services: [name] });
  return services![0]!;
}

export async function taskOf({ client }: Account, taskArn: string): Promise<sdk.Task> {
  const { tasks } = await client.describeTasks({ cluster: "main", tasks: [taskArn] });
  return tasks![0]!;
}

/** ARNs of the tasks that ECS wants running, or wants stopped. */
export async function tasksOf(
  { client }: Account,
  desiredStatus: "RUNNING" | "STOPPED" = "RUNNING",
  serviceName = "web",
): Promise<string[]> {
  const { taskArns } = await client.listTasks({ cluster: "main", serviceName, desiredStatus });
  return taskArns!;
}

/** Waits until `holds`, looking every second. Fails after two hours. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let look = 0; look < 7_200; look += 1) {
    if (await holds()) return;
    await passes(1_000);
  }
  throw new Error(`two hours passed, and it never was so: ${holds.toString()}`);
}

/** Resolves at the moment the task has the status, with what DescribeTasks says then. */
export async function becomes(account: Account, taskArn: string, lastStatus: string): Promise<sdk.Task> {
  const { log } = account;
  const is = (event: SandboxEvent) =>
    event.kind === "task" && event.taskArn === taskArn && event.lastStatus === lastStatus;
  if (!log.after().some(is)) {
    await new Promise<void>((resolve) => {
      const unsubscribe = log.subscribe((event) => {
        if (!is(event)) return;
        unsubscribe();
        resolve();
      });
    });
  }
  return taskOf(account, taskArn);
}

export const steady = (account: Account, name = "web") =>
  until(async () => {
    const { events, deployments } = await describe(account, name);
    return deployments!.length === 1 && /reached a steady state/.test(events?.[0]?.message ?? "");
  });

/** When a task's status, or a container's change, was first recorded: milliseconds since the epoch. */
export const at = ({ log }: Account, taskArn: string, what: string): number => {
  const event = log
    .after()
    .find(
      (one) =>
        (one.kind === "task" && one.taskArn === taskArn && one.lastStatus === what) ||
        (one.kind === "container" && one.taskArn === taskArn && (one.change === what || one.signal === what)),
    );
  if (!event) throw new Error(`${taskArn} never was ${what}`);
  return Date.parse(event.at);
};
