import { createAutoScaling } from "./cloud/auto-scaling/auto-scaling.ts";
import { createCloudWatch } from "./cloud/cloudwatch/cloudwatch.ts";
import { createMetrics } from "./cloud/cloudwatch/metrics.ts";
import { createCredentials } from "./cloud/credentials.ts";
import { createDynamoDb } from "./cloud/dynamodb/dynamodb.ts";
import { createStreams } from "./cloud/dynamodb/streams.ts";
import { createEcr } from "./cloud/ecr/ecr.ts";
import { createImages } from "./cloud/ecr/images.ts";
import { createOciRegistry } from "./cloud/ecr/oci-registry.ts";
import { createEcs } from "./cloud/ecs/ecs.ts";
import { createElb } from "./cloud/elbv2/elb.ts";
import { createEventBridge } from "./cloud/eventbridge/eventbridge.ts";
import { createFaults } from "./cloud/faults.ts";
import { createIam } from "./cloud/iam/iam.ts";
import { createLambda } from "./cloud/lambda/lambda.ts";
import { statusChangeEvent } from "./cloud/lambda/status-change-event.ts";
import { createLogs } from "./cloud/logs/logs.ts";
import { createRateLimits } from "./cloud/rate-limits.ts";
import { createRds } from "./cloud/rds/rds.ts";
import { createScheduler } from "./cloud/scheduler/scheduler.ts";
import { createStaleReads } from "./cloud/stale-reads.ts";
import { createSts } from "./cloud/sts.ts";
import type { World } from "./cloud/world.ts";
import { createMounts } from "./mounts.ts";
import type { ContainerRuntime } from "./substrate/containers.ts";
import type { DatabaseEngine } from "./substrate/databases.ts";
import type { FunctionRuntime } from "./substrate/functions.ts";
import type { Network } from "./substrate/network.ts";
import { logCalls } from "./wire/call-log.ts";
import { createEndpoint, type Gate } from "./wire/server.ts";

/** What lies under the cloud: processes, sockets and PostgreSQL, or their simulations. Its owner shuts it down, after the cloud. */
export type Substrate = {
  containers: ContainerRuntime;
  network: Network;
  databases: DatabaseEngine;
  functions: FunctionRuntime;
};
export type Cloud = ReturnType<typeof createCloud>;

/** Every simulated service in one world, behind one endpoint. */
export function createCloud(
  world: World,
  { containers, network, databases, functions }: Substrate,
  onBug: (error: unknown) => void,
  { gate, checksSignatures = true }: { gate?: Gate; checksSignatures?: boolean } = {},
) {
  const credentials = createCredentials(world);
  const images = createImages(world);
  const elb = createElb(world, { network });
  const logs = createLogs(world);
  const ecs = createEcs(world, { targets: elb.targets, images, containers, logs: logs.sink });
  const rds = createRds(world, { databases, network });
  const metrics = createMetrics(world);
  const autoScaling = createAutoScaling(world, { counts: ecs.counts, metrics });
  const cloudWatch = createCloudWatch(world, { metrics, act: autoScaling.runStep });
  const streams = createStreams(world);
  const lambda = createLambda(world, { functions, streams });
  const eventBridge = createEventBridge(world, { ecs: ecs.caller, functions: lambda.caller });
  lambda.onExecutionStatus((change) => eventBridge.publish(statusChangeEvent(change)));
  const scheduler = createScheduler(world, { ecs: ecs.caller });
  const dynamoDb = createDynamoDb({ createTableMs: 0, deleteTableMs: 0, streams });
  const staleReads = createStaleReads(world);
  const mounts = createMounts({
    ecs: staleReads.over("ECS", ecs.handlers, ecs.remember),
    elb: staleReads.over("Elastic Load Balancing v2", elb.handlers, elb.remember),
    rds: staleReads.over("RDS", rds.handlers, rds.remember),
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
  const rateLimits = createRateLimits(world.clock);
  const iam = createIam({
    credentials,
    known: {
      world,
      ecs: ecs.known,
      elb: elb.known,
      rds: rds.known,
      autoScaling: autoScaling.known,
      lambda: lambda.known,
    },
  });
  const handle = createEndpoint({
    mounts,
    passThrough: [dynamoDb],
    open: [createOciRegistry(images)],
    ...(checksSignatures && { secrets: credentials.secrets }),
    region: world.region,
    authorize: iam.authorize,
    observe: logCalls(world.log, ({ accessKeyId }) => credentials.callerOf(accessKeyId)?.arn ?? accessKeyId),
    faults: { take: (service, operation) => faults.take(service, operation) ?? rateLimits.take(service, operation) },
    gate,
    onBug,
  });
  return {
    credentials,
    images,
    elb,
    ecs,
    rds,
    metrics,
    autoScaling,
    eventBridge,
    scheduler,
    lambda,
    faults,
    rateLimits,
    staleReads,
    iam,
    mounts,
    handle,
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
    /** Whoever starts things ends first, and what they run on last. */
    async stop(): Promise<void> {
      await using ends = new AsyncDisposableStack();
      for (const service of [elb, ecs, rds, autoScaling, cloudWatch, eventBridge, scheduler, lambda])
        ends.defer(async () => service.stop());
    },
  };
}
