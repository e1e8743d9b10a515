import {
  DurableExecutionApiClient,
  type DurableExecutionInvocationInputWithClient,
} from "@aws/durable-execution-sdk-js";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import { exampleConfiguration, exampleOwn } from "../../../infra/permissions/example.ts";
import { type FunctionName, functionNames } from "../../../infra/permissions/grant.ts";
import { permissionsOf } from "../../../infra/permissions/permissions-of.ts";
import { policyDocuments } from "../../../infra/permissions/policy-documents.ts";
import { createEventBus } from "../../../src/aws/event-bus.ts";
import { createStarter } from "../../../src/aws/starter.ts";
import { systemClock as clock } from "../../../src/clock.ts";
import { detailTypeOf, SOURCE } from "../../../src/engine/announce.ts";
import { executionEnded } from "../../../src/engine/execution-ended.ts";
import { startNeverBegun } from "../../../src/engine/never-begun.ts";
import { createActiveOperations } from "../../../src/operations/dynamo-active.ts";
import { createDynamoStore } from "../../../src/operations/dynamo-store.ts";
import { tableDefinition } from "../../../src/operations/dynamo-table.ts";
import { executionName } from "../../../src/operations/take-over.ts";
import { createEventLog } from "../../../src/sandbox/cloud/event-log.ts";
import { latenciesSchema, switchesSchema } from "../../../src/sandbox/cloud/settings.ts";
import { createIds, createTimers, type World } from "../../../src/sandbox/cloud/world.ts";
import { createCloud } from "../../../src/sandbox/cloud.ts";
import { createSimulatedContainers } from "../../../src/sandbox/substrate/simulated/containers.ts";
import { createSimulatedDatabases } from "../../../src/sandbox/substrate/simulated/databases.ts";
import { type SimulatedFunction, simulatedFunctions } from "../../../src/sandbox/substrate/simulated/functions.ts";
import { createSimulatedHosts } from "../../../src/sandbox/substrate/simulated/hosts.ts";
import { createSimulatedNetwork } from "../../../src/sandbox/substrate/simulated/network.ts";
import { inProcess } from "../../../src/sandbox/wire/server.ts";
import { callback } from "../../sandbox/lambda/executing.ts";
import { OPERATION, operator } from "../../simulation/operator.ts";
import { upgradeRequest } from "../../simulation/run-upgrade.ts";
import { inVirtualTime } from "../../virtual-time.ts";

type DurableEvent = DurableExecutionInvocationInputWithClient;

/** An account with the five functions' roles, and a runbook that waits for one decision. */
async function withRoles() {
  const world: World = {
    account: "111122223333",
    region: "eu-central-1",
    clock,
    timers: createTimers(),
    ids: createIds(1),
    log: createEventLog(clock),
    latencies: latenciesSchema.parse({}),
    switches: switchesSchema.parse({}),
  };
  const hosts = createSimulatedHosts();
  const callbacks: string[] = [];
  const runbook: SimulatedFunction = () => async (event: DurableEvent) => {
    const { DurableExecutionArn, CheckpointToken, durableExecutionClient: client } = event;
    await client.getExecutionState({ DurableExecutionArn, CheckpointToken });
    if (callbacks.length > 0) return { Status: "SUCCEEDED", Result: "1" };
    const { NewExecutionState } = await client.checkpoint({
      DurableExecutionArn,
      CheckpointToken,
      Updates: [callback("decision")],
    });
    callbacks.push(NewExecutionState?.Operations?.[0]?.CallbackDetails?.CallbackId ?? "");
    return { Status: "PENDING" };
  };
  const cloud = createCloud(
    world,
    {
      containers: createSimulatedContainers({ clock, hosts, programs: new Map() }),
      network: createSimulatedNetwork(hosts),
      databases: createSimulatedDatabases(),
      functions: simulatedFunctions(
        world,
        { "intermission-runbook": runbook },
        () => new DurableExecutionApiClient(new LambdaClient(configFor("intermission-runbook"))),
      ),
    },
    (error) => {
      throw error;
    },
  );
  const configFor = (role: string) => ({
    region: world.region,
    credentials: cloud.credentials.issue({ arn: `arn:aws:sts::${world.account}:assumed-role/${role}/session` }),
    requestHandler: inProcess(cloud.handle),
    maxAttempts: 1,
  });
  cloud.lambda.define({
    functionName: "intermission-runbook",
    bundle: "none",
    handler: "handler",
    environment: {},
    timeoutMs: 120_000,
    memoryMb: 512,
    aliases: ["live"],
    durableConfig: { executionTimeoutSeconds: 86_400, retentionPeriodInDays: 14 },
  });
  await new DynamoDBClient(configFor("admin")).send(new CreateTableCommand(tableDefinition("intermission")));
  await clock.sleep(1_000);

  const permissions = permissionsOf({ configuration: exampleConfiguration(), own: exampleOwn });
  for (const name of functionNames) cloud.iam.setPolicies(`intermission-${name}`, policyDocuments(permissions[name]));
  const tableOf = (name: FunctionName) => ({
    client: DynamoDBDocumentClient.from(new DynamoDBClient(configFor(`intermission-${name}`)), {
      marshallOptions: { removeUndefinedValues: true },
    }),
    table: "intermission",
    clock,
  });
  return {
    cloud,
    callbacks,
    tableOf,
    storeOf: (name: FunctionName) => createDynamoStore(tableOf(name)),
    starterOf: (name: FunctionName) =>
      createStarter({
        lambda: new LambdaClient(configFor(`intermission-${name}`)),
        functionName: exampleOwn.runbookAliasArn,
      }),
    busOf: (name: FunctionName) =>
      createEventBus(new EventBridgeClient(configFor(`intermission-${name}`)), exampleOwn.busArn),
    /** What is granted and was not used, but for what Lambda itself does in the function's name. */
    unused: (name: FunctionName) => {
      const used = new Set(cloud.iam.used(`intermission-${name}`).map(({ sid, action }) => `${sid} ${action}`));
      return permissions[name]
        .filter(({ sid }) => !OF_LAMBDA.includes(sid))
        .flatMap(({ sid, actions }) => actions.map((action) => `${sid} ${action}`))
        .filter((each) => !used.has(each));
    },
  };
}

const HALF = "op-20260115-020000-0000ff";
const OF_LAMBDA = ["WriteOwnLines", "UseTheNetwork", "UseOwnKey", "ReadDeadLetters", "ReadTheStream", "ListStreams"];

test("each function can do its part of an operation, and uses everything that it is given for it", () =>
  inVirtualTime(async () => {
    const world = await withRoles();
    const api = world.storeOf("api");
    const requested = { target: "crm", request: upgradeRequest(), requestedBy: operator, configuration: {} };
    await api.create({ ...requested, id: OPERATION, idempotencyKey: "once" });
    await api.signingKey();
    expect(await api.takeTurn("crm", 1_000)).toBe(true);
    await world.starterOf("api").start(OPERATION, 1);
    await clock.sleep(1_000);
    expect(world.callbacks).toHaveLength(1);
    await world.storeOf("runbook").setCallback(OPERATION, world.callbacks[0]);

    const watched = createActiveOperations(world.tableOf("watch"));
    expect(await watched.on("crm")).toMatchObject({ id: OPERATION });
    // Whoever took the request ended right after it took the lock.
    const ends = { service: "DynamoDB", operation: "PutItem", nth: 2, fault: "internal-error" } as const;
    world.cloud.faults.add(ends);
    const half = { ...requested, id: HALF, target: "wiki", idempotencyKey: "half" };
    await expect(api.create(half)).rejects.toThrow();
    const left = (await watched.on("wiki"))!;
    expect(left.state).toBeUndefined();
    const looks = { nowMs: clock.now() + 60_000, store: world.storeOf("watch"), start: world.starterOf("watch").start };
    expect(await startNeverBegun(left, looks)).toBe(true);

    await world.starterOf("api").wake(world.callbacks[0]!);
    await clock.sleep(1_000);
    expect(world.cloud.lambda.state().executions).toMatchObject([{ status: "SUCCEEDED" }, {}]);

    const hear = executionEnded({
      store: world.storeOf("execution-ended"),
      start: world.starterOf("execution-ended").start,
      log: () => {},
      alarm: () => {},
    });
    const detail = { durableExecutionName: executionName(OPERATION, 1), status: "FAILED" };
    await hear({ source: "aws.lambda", "detail-type": "Durable Execution Status Change", detail });
    expect((await api.control(OPERATION)).epoch).toBe(2);

    const event = { source: SOURCE, time: new Date(clock.now()), resources: [], detail: "{}" };
    await world.busOf("announce").put({ ...event, detailType: detailTypeOf("started") });

    expect(world.unused("execution-ended")).toEqual([]);
    expect(world.unused("watch")).toEqual([]);
    expect(world.unused("announce")).toEqual([]);
    // All else of these two is for the procedures: procedures.test.ts.
    expect(
      world.unused("api").filter((each) => /^(RememberOperations|StartRunbook|TellDecisions) /.test(each)),
    ).toEqual([]);
    expect(world.unused("runbook").filter((each) => each.startsWith("KeepCheckpoints "))).toEqual([]);
    await world.cloud.stop();
  }));

test("none of them can do another's part", () =>
  inVirtualTime(async () => {
    const world = await withRoles();
    const denied = (call: Promise<unknown>) =>
      expect(call).rejects.toThrow(/AccessDenied|is not authorized to perform/);
    const event = {
      time: new Date(clock.now()),
      resources: [],
      detail: "{}",
      detailType: "intermission.operation.started",
    };
    await denied(world.storeOf("watch").raiseEpoch(OPERATION, 1));
    await denied(world.storeOf("watch").takeTurn("crm", 1_000));
    await denied(world.storeOf("announce").get(OPERATION));
    await denied(world.starterOf("runbook").start(OPERATION, 1));
    await denied(world.starterOf("announce").start(OPERATION, 1));
    await denied(world.busOf("announce").put({ ...event, source: "aws.rds" }));
    await denied(world.busOf("api").put({ ...event, source: SOURCE }));
    await world.cloud.stop();
  }));
