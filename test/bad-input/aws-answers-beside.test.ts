import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { ECRClient } from "@aws-sdk/client-ecr";
import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { RDSClient } from "@aws-sdk/client-rds";
import type { SchedulerClient } from "@aws-sdk/client-scheduler";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEventBridge } from "../../src/aws/event-bridge.ts";
import { createImages } from "../../src/aws/images.ts";
import { createLogs } from "../../src/aws/logs.ts";
import { createRds } from "../../src/aws/rds.ts";
import { createRdsRestore } from "../../src/aws/rds-restore.ts";
import { createScheduler } from "../../src/aws/scheduler.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import type { JournalEntry } from "../../src/operations/journal.ts";
import { mutated, placesIn } from "./anything.ts";
import { runs, timeout } from "./search.ts";

const CLUSTER = "arn:aws:ecs:eu-central-1:111122223333:cluster/crm";
const DIGEST = `sha256:${"ab".repeat(32)}`;
const IMAGE = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/crm";
const target = { Arn: CLUSTER, RoleArn: "arn:role", EcsParameters: { TaskDefinitionArn: "arn:d:1", TaskCount: 1 } };

type Answers = Record<string, unknown>;
const answers: Answers = {
  ListEventBusesCommand: { EventBuses: [{ Name: "default" }] },
  ListRuleNamesByTargetCommand: { RuleNames: ["nightly"] },
  DescribeRuleCommand: { Name: "nightly", Arn: "arn:rule", State: "ENABLED", ScheduleExpression: "rate(1 day)" },
  ListTargetsByRuleCommand: { Targets: [{ Id: "1", ...target }] },
  ListSchedulesCommand: { Schedules: [{ Name: "nightly", GroupName: "crm", Target: { Arn: CLUSTER } }] },
  GetScheduleCommand: {
    ...{ Name: "nightly", GroupName: "crm", Arn: "arn:schedule", State: "ENABLED", ScheduleExpression: "rate(1 day)" },
    Target: target,
  },
  DescribeImagesCommand: { imageDetails: [{ imageDigest: DIGEST }] },
  FilterLogEventsCommand: { events: [{ timestamp: 1_768_442_400_000, message: "ready\n" }] },
  DescribeDBClustersCommand: { DBClusters: [{ DBClusterIdentifier: "crm", Status: "available" }] },
};

function client<Client>(changed: Answers = {}): Client {
  const send = async (command: object) => ({ ...answers, ...changed })[command.constructor.name] ?? {};
  return { send, config: {} } as Client;
}

/** An answer with one member gone, null, empty, or of another type. */
function broken(name: string): fc.Arbitrary<Answers> {
  const places = placesIn(answers[name]).filter((path) => path.length > 0);
  return fc
    .tuple(fc.constantFrom(...places), fc.constantFrom<unknown>("gone", null, "", 7, {}, []))
    .map(([path, by]) => ({
      [name]: mutated(answers[name], by === "gone" ? { kind: "removed", path } : { kind: "replaced", path, by }),
    }));
}

/** What was read, or undefined where it was refused in words. A TypeError is refused too: nothing went on. */
async function readOrRefused<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  return read().catch((error: unknown) => {
    expect(error).toBeInstanceOf(Error);
    return undefined;
  });
}

const each = (name: string, check: (changed: Answers) => Promise<void>) =>
  fc.assert(fc.asyncProperty(broken(name), check), runs(60));

describe("an answer of AWS that lacks something, or says something else", () => {
  it("never makes a rule or a schedule seem paused, nor hides what it runs", { timeout }, async () => {
    const named = ["DescribeRuleCommand", "ListTargetsByRuleCommand"];
    for (const name of [...named, "ListEventBusesCommand", "ListRuleNamesByTargetCommand"])
      await each(name, async (changed) => {
        const rules = await readOrRefused(() =>
          createEventBridge(client<EventBridgeClient>(changed)).rulesOfTasks([CLUSTER]),
        );
        for (const rule of rules ?? []) {
          expect([rule.state, rule.bus, rule.name, typeof rule.arn]).toEqual([
            "ENABLED",
            "default",
            "nightly",
            "string",
          ]);
          for (const run of rule.runs)
            expect(run).toMatchObject({ cluster: expect.any(String), taskDefinition: "arn:d:1" });
        }
      });
    for (const name of ["GetScheduleCommand", "ListSchedulesCommand"])
      await each(name, async (changed) => {
        const schedules = await readOrRefused(() => createScheduler(client<SchedulerClient>(changed)).schedulesOfEcs());
        for (const { state, expression, run, name: called } of schedules ?? [])
          expect({ state, expression, called, task: run?.taskDefinition ?? "arn:d:1" }).toEqual({
            ...{ state: "ENABLED", expression: "rate(1 day)", called: "nightly", task: "arn:d:1" },
          });
      });
  });

  it.each([
    ["a rule's state", { DescribeRuleCommand: { Arn: "arn:rule" } }],
    ["what a rule calls", { ListTargetsByRuleCommand: { Targets: [{ Id: "1" }] } }],
    ["which task a rule runs", { ListTargetsByRuleCommand: { Targets: [{ Id: "1", Arn: CLUSTER }] } }],
    ["a bus's name", { ListEventBusesCommand: { EventBuses: [{}] } }],
  ])("is refused without %s", async (_what, changed) => {
    await expect(createEventBridge(client<EventBridgeClient>(changed)).rulesOfTasks([CLUSTER])).rejects.toThrow(
      /^expected AWS to say .*found nothing$/,
    );
  });

  it.each([
    ["what a schedule calls", { ListSchedulesCommand: { Schedules: [{ Name: "n", GroupName: "g" }] } }],
    ["a schedule's state", { GetScheduleCommand: { ...(answers.GetScheduleCommand as object), State: undefined } }],
    [
      "which task it runs",
      { GetScheduleCommand: { ...(answers.GetScheduleCommand as object), Target: { Arn: CLUSTER } } },
    ],
  ])("is refused without %s", async (_what, changed) => {
    await expect(createScheduler(client<SchedulerClient>(changed)).schedulesOfEcs()).rejects.toThrow(
      /^expected AWS to say .*found nothing$/,
    );
  });

  it("never gives an image another digest than its registry's", { timeout }, async () => {
    const digest = (changed: Answers, reference = `${IMAGE}:2`) =>
      createImages({
        ecr: client<ECRClient>(changed),
        fetch: async () => Promise.reject(new Error("not asked")),
      }).digest(reference);
    await each("DescribeImagesCommand", async (changed) => {
      expect((await readOrRefused(() => digest(changed))) ?? DIGEST).toBe(DIGEST);
    });
    const other = `sha256:${"cd".repeat(32)}`;
    await expect(digest({}, `${IMAGE}@${other}`)).rejects.toThrow(
      /^expected .* to say that crm has sha256:cdcd.*found "sha256:abab/,
    );
    const headers = { "docker-content-digest": "latest" };
    const registry = createImages({ ecr: client<ECRClient>(), fetch: async () => new Response(null, { headers }) });
    await expect(registry.digest("registry.example.com/crm:2")).rejects.toThrow(
      /^expected .* the digest of crm, found "latest"$/,
    );
  });

  it.each(["", "null", "7", '{"token":{}}', "<html>"])("is no token of a registry where it is %j", async (body) => {
    const challenge = { "www-authenticate": 'Bearer realm="https://auth.example.com/token"' };
    const { digest } = createImages({
      ecr: client<ECRClient>(),
      fetch: async (input) =>
        new Request(input).url.includes("auth")
          ? new Response(body)
          : new Response(null, { status: 401, headers: challenge }),
    });
    await expect(digest("registry.example.com/crm:2")).rejects.toThrow(
      "expected an anonymous token of auth.example.com",
    );
  });

  it("never makes up a line of a log, nor its time", { timeout }, async () => {
    const log = { group: "g", region: "eu-central-1", streamPrefix: "p", container: "app" };
    const asked = { taskArn: "arn:task/1", sinceMs: 0 };
    await each("FilterLogEventsCommand", async (changed) => {
      const lines = await readOrRefused(() =>
        createLogs(() => client<CloudWatchLogsClient>(changed)).lines(log, asked),
      );
      for (const line of lines ?? [])
        if (line.message !== "")
          expect(line).toMatchObject({ message: "ready", at: expect.stringMatching(/^(2026|1970)-01/) });
    });
    for (const event of [
      { message: "x" },
      { timestamp: 1 },
      { timestamp: "1", message: "x" },
      { timestamp: 1, message: null },
    ])
      await expect(
        createLogs(() => client<CloudWatchLogsClient>({ FilterLogEventsCommand: { events: [event] } })).lines(
          log,
          asked,
        ),
      ).rejects.toThrow(/^expected AWS to say w.*found/);
  });

  it("never takes other databases for the members of a cluster, nor an unknown error for done", async () => {
    const rds = createRds(client<RDSClient>({ DescribeDBClustersCommand: { DBClusters: [{ Status: "available" }] } }));
    await expect(rds.database({ kind: "cluster", identifier: "crm" })).rejects.toThrow(
      /^expected AWS to say how a cluster/,
    );
    const failing = { send: async () => Promise.reject(Object.assign(new Error("no"), { name: "NeverHeardOf" })) };
    const restore = createRdsRestore(failing as unknown as RDSClient);
    await expect(restore.deleteDatabase({ kind: "instance", identifier: "crm" })).rejects.toThrow("no");
    await expect(restore.modifyDatabase("cluster", { DBClusterIdentifier: "crm" })).rejects.toThrow("no");
    await expect(
      restore.createMember({ DBInstanceIdentifier: "m", DBInstanceClass: "c", Engine: "e" }),
    ).rejects.toThrow("no");
  });

  it("never makes an operation's log seem empty, nor its journal without an order", async () => {
    const key = { pk: "operation#op-20260115-020000-3f9a2c", sk: "meta" };
    let asked = 0;
    const send = async (command: object) => {
      asked += 1;
      return command.constructor.name === "GetCommand" && asked > 1 ? { Item: key } : {};
    };
    const table = { client: { send } as unknown as DynamoDBDocumentClient, table: "t" };
    const store = createDynamoStore({ ...table, clock: { now: () => 0, sleep: async () => {} } });
    const id = "op-20260115-020000-3f9a2c";
    const entry: JournalEntry = {
      name: "rename",
      at: "2026-01-15T02:00:00Z",
      mutation: {
        ...{ phase: "restore", service: "rds", operation: "ModifyDBInstance", resource: "crm-db", parameters: {} },
        ...{ summary: "the database gets another name", inverse: "it gets its name back" },
      },
      undo: { kind: "rename-back", of: "instance", identifier: "crm-db", aside: "crm-db-aside", resourceId: "db-1" },
    };
    await expect(store.events(id)).rejects.toThrow(/^expected DynamoDB to answer the items of operation#op-/);
    asked = 0;
    await expect(store.journal(id, entry)).rejects.toThrow(/^expected DynamoDB to answer how many entries/);
  });
});
