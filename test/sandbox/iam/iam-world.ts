import { ApplicationAutoScaling } from "@aws-sdk/client-application-auto-scaling";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import { ECS } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { Lambda } from "@aws-sdk/client-lambda";
import { RDS } from "@aws-sdk/client-rds";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { STS } from "@aws-sdk/client-sts";
import { systemClock } from "../../../src/clock.ts";
import { createEventLog } from "../../../src/sandbox/cloud/event-log.ts";
import type { PolicyDocument } from "../../../src/sandbox/cloud/iam/iam.ts";
import { latenciesSchema, switchesSchema } from "../../../src/sandbox/cloud/settings.ts";
import { createIds, createTimers, type World } from "../../../src/sandbox/cloud/world.ts";
import { createCloud } from "../../../src/sandbox/cloud.ts";
import { createSimulatedContainers } from "../../../src/sandbox/substrate/simulated/containers.ts";
import { createSimulatedDatabases } from "../../../src/sandbox/substrate/simulated/databases.ts";
import { simulatedFunctions } from "../../../src/sandbox/substrate/simulated/functions.ts";
import { createSimulatedHosts } from "../../../src/sandbox/substrate/simulated/hosts.ts";
import { createSimulatedNetwork } from "../../../src/sandbox/substrate/simulated/network.ts";
import { inProcess } from "../../../src/sandbox/wire/server.ts";
import { inVirtualTime } from "../../virtual-time.ts";

export const ACCOUNT = "111122223333";
export const REGION = "eu-central-1";
export const arnOf = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

export type Statement = Exclude<PolicyDocument["Statement"], unknown[]>;
export const policy = (...Statement: Statement[]): PolicyDocument => ({ Version: "2012-10-17", Statement });
/** A statement that allows. */
export const allow = (Action: string | string[], Resource: string | string[], Condition?: Statement["Condition"]) =>
  policy({ Effect: "Allow", Action, Resource, ...(Condition && { Condition }) });

/** An empty cloud with clients for an administrator and for sessions of the role `runbook`. */
export function createIamWorld() {
  const log = createEventLog(systemClock);
  const world: World = {
    account: ACCOUNT,
    region: REGION,
    clock: systemClock,
    timers: createTimers(),
    ids: createIds(1),
    log,
    latencies: latenciesSchema.parse({}),
    switches: switchesSchema.parse({}),
  };
  const hosts = createSimulatedHosts();
  const bugs: unknown[] = [];
  const substrate = {
    containers: createSimulatedContainers({ clock: systemClock, hosts, programs: new Map() }),
    network: createSimulatedNetwork(hosts),
    databases: createSimulatedDatabases(),
    functions: simulatedFunctions(world, { worker: () => async () => "done" }, () => {
      throw new Error("no durable function runs here");
    }),
  };
  const cloud = createCloud(world, substrate, (error) => bugs.push(error));
  const clientsFor = (arn: string) => {
    const config = {
      region: REGION,
      credentials: cloud.credentials.issue({ arn }),
      maxAttempts: 1,
      requestHandler: inProcess(cloud.handle),
    };
    return {
      dynamo: new dynamodb.DynamoDB(config),
      ecs: new ECS(config),
      elb: new ElasticLoadBalancingV2(config),
      lambda: new Lambda(config),
      rds: new RDS(config),
      scaling: new ApplicationAutoScaling(config),
      scheduler: new Scheduler(config),
      sts: new STS(config),
    };
  };
  return {
    cloud,
    bugs,
    admin: clientsFor(`arn:aws:iam::${ACCOUNT}:user/admin`),
    runbook: clientsFor(`arn:aws:sts::${ACCOUNT}:assumed-role/runbook/session`),
    /** Replaces what the role `runbook` may do. */
    may: (...documents: PolicyDocument[]) => cloud.iam.setPolicies("runbook", documents),
    /** The outcomes of the calls of an operation, oldest first. */
    outcomes: (operation: string) =>
      log.after().flatMap((event) => (event.kind === "call" && event.operation === operation ? [event.outcome] : [])),
  };
}

export type IamWorld = ReturnType<typeof createIamWorld>;

/** A test on an empty cloud of its own, on virtual time. Anything that the cloud itself failed at fails it. */
export const inIamWorld = (run: (world: IamWorld) => Promise<void>) =>
  inVirtualTime(async () => {
    const world = createIamWorld();
    await run(world);
    await world.cloud.stop();
    if (world.bugs.length > 0) throw world.bugs[0];
  });
