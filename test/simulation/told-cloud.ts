import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateEventSourceMappingCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { announcing } from "../../infra/permissions/engine.ts";
import type { OwnResources } from "../../infra/permissions/grant.ts";
import { memoryToFinish } from "../../infra/permissions/memory.ts";
import { policyDocument } from "../../infra/permissions/policy-document.ts";
import { createEventBus } from "../../src/aws/event-bus.ts";
import { announce } from "../../src/engine/announce.ts";
import type { Announcement } from "../../src/engine/announcement-schema.ts";
import type { Limits, Metrics } from "../../src/engine/measure.ts";
import { watch } from "../../src/engine/watch.ts";
import { createActiveOperations } from "../../src/operations/dynamo-active.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import type { SimulatedFunction } from "../../src/sandbox/substrate/simulated/functions.ts";
import { type NoticeboardCloudOptions, noticeboardCloud, TARGET } from "./noticeboard-cloud.ts";
import type { SimulatedCloud } from "./simulated-cloud.ts";

const [ANNOUNCE, WATCH, BUS, TABLE] = ["intermission-announce", "intermission-watch", "intermission", "intermission"];

type Told = {
  cloud: SimulatedCloud;
  /** What the functions have logged. */
  lines: Record<string, unknown>[];
  /** What was put on the bus, in order. */
  announced(): Announcement[];
  /** What the watch wrote each minute, of the target or of all, with the time of it. */
  measured(target?: string): (Metrics & { atMs: number })[];
};

/** A noticeboard whose operations are announced and watched as the stack has it, by functions that may do what theirs may and nothing else. */
export async function toldCloud({ limits, ...options }: NoticeboardCloudOptions & { limits: Limits }): Promise<Told> {
  const lines: Record<string, unknown>[] = [];
  const code: Record<string, SimulatedFunction> = {
    [ANNOUNCE]: () => {
      const client = new EventBridgeClient(cloud.configFor(ANNOUNCE));
      return announce({ bus: createEventBus(client, BUS), log: (line) => lines.push(line) });
    },
    [WATCH]: () => {
      const client = DynamoDBDocumentClient.from(new DynamoDBClient(cloud.configFor(WATCH)));
      const { clock } = cloud.world;
      const active = createActiveOperations({ client, table: TABLE, clock });
      const store = createDynamoStore({ client, table: TABLE, clock });
      const start = (id: string) => Promise.reject(new Error(`expected ${id} to be run by the test`));
      const write = (line: string) => lines.push(JSON.parse(line));
      return watch({ targets: [TARGET], active, store, start, clock, limits, write });
    },
  };
  const cloud = await noticeboardCloud({ ...options, functions: code });
  for (const functionName of [ANNOUNCE, WATCH])
    cloud.lambda.define({
      ...{ functionName, bundle: "", handler: "handler", environment: {} },
      ...{ timeoutMs: 30_000, memoryMb: 256 },
    });
  await invoke(cloud);
  return {
    cloud,
    lines,
    announced: () =>
      cloud.world.log.after().flatMap((event) => (event.kind === "bus-event" ? [event.detail as Announcement] : [])),
    measured: (target) =>
      lines.flatMap((line) => {
        const { _aws: aws, Target, ...metrics } = line as { _aws?: { Timestamp: number }; Target?: string };
        return aws && Target === target ? [{ ...(metrics as Metrics), atMs: aws.Timestamp }] : [];
      }),
  };
}

async function invoke({ operator, iam, world }: SimulatedCloud): Promise<void> {
  const [events, lambda] = [new EventBridgeClient(operator), new LambdaClient(operator)];
  const arn = (service: string, resource: string) => `arn:aws:${service}:${world.region}:${world.account}:${resource}`;
  const { Table } = await new DynamoDBClient(operator).send(new DescribeTableCommand({ TableName: TABLE }));
  const own = {
    tableArn: arn("dynamodb", `table/${TABLE}`),
    streamArn: Table!.LatestStreamArn!,
    busArn: arn("events", `event-bus/${BUS}`),
  } as OwnResources;
  iam.setPolicies(ANNOUNCE, [policyDocument(announcing(own))]);
  iam.setPolicies(WATCH, [policyDocument(memoryToFinish(own))]);
  await events.send(new CreateEventBusCommand({ Name: BUS }));
  await lambda.send(
    new CreateEventSourceMappingCommand({
      EventSourceArn: own.streamArn,
      FunctionName: ANNOUNCE,
      StartingPosition: "TRIM_HORIZON",
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    }),
  );
  await events.send(new PutRuleCommand({ Name: WATCH, ScheduleExpression: "rate(1 minute)" }));
  const Arn = arn("lambda", `function:${WATCH}`);
  await events.send(new PutTargetsCommand({ Rule: WATCH, Targets: [{ Id: "function", Arn }] }));
}
