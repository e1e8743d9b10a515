import * as sdk from "@aws-sdk/client-eventbridge";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { createEventBridge } from "../../../src/sandbox/cloud/eventbridge/eventbridge.ts";
import { createEndpoint, inProcess } from "../../../src/sandbox/wire/server.ts";
import { describeService } from "../../../src/sandbox/wire/service.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { createWorld } from "../lambda/sandbox-lambda.ts";

const READER = "arn:aws:lambda:eu-central-1:111122223333:function:reader";
const BUS_ARN = "arn:aws:events:eu-central-1:111122223333:event-bus/crm";

/** An account with a bus of its own beside the default one, and a function that hears of what rules match. */
async function account() {
  const world = createWorld();
  const heard: Record<string, unknown>[] = [];
  const functions = { invoke: async (_arn: string, event: unknown) => void heard.push(event as never) };
  const bus = createEventBridge(world, { ecs: { call: () => undefined }, functions });
  const events = new sdk.EventBridge({
    region: world.region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    requestHandler: inProcess(
      createEndpoint({ mounts: [{ service: describeService(sdk, sdk.EventBridgeClient), handlers: bus.handlers }] }),
    ),
    maxAttempts: 1,
  });
  await events.createEventBus({ Name: "crm" });
  const rule = async (rule: sdk.PutRuleRequest) => {
    const { RuleArn } = await events.putRule(rule);
    const Targets = [{ Id: "reader", Arn: READER }];
    await events.putTargets({ Rule: rule.Name, EventBusName: rule.EventBusName, Targets });
    return RuleArn;
  };
  const put = async (...entries: Partial<sdk.PutEventsRequestEntry>[]) => {
    const usual = { Source: "crm", DetailType: "order", Detail: "{}", EventBusName: "crm" };
    const answer = await events.putEvents({ Entries: entries.map((entry) => ({ ...usual, ...entry })) });
    await systemClock.sleep(1_000);
    return answer;
  };
  return { world, events, rule, put, heard, stop: () => bus.stop() };
}
const everything = JSON.stringify({ source: [{ prefix: "" }] });

describe("a bus of one's own", () => {
  it("delivers what is put on it to the rules on it, and to no others", () =>
    inVirtualTime(async () => {
      const { rule, put, heard, world } = await account();
      expect(await rule({ Name: "orders", EventBusName: "crm", EventPattern: everything })).toBe(
        "arn:aws:events:eu-central-1:111122223333:rule/crm/orders",
      );
      await rule({ Name: "elsewhere", EventPattern: everything });
      const entry = { Resources: ["order-1"], Detail: '{"total":3}', Time: new Date("2026-01-15T01:59:58.765Z") };
      const { Entries } = await put(entry);
      expect(heard).toEqual([
        {
          version: "0",
          id: Entries?.[0]?.EventId,
          "detail-type": "order",
          source: "crm",
          account: "111122223333",
          time: "2026-01-15T01:59:58Z",
          region: "eu-central-1",
          resources: ["order-1"],
          detail: { total: 3 },
        },
      ]);
      expect(world.log.after()).toMatchObject([{ kind: "bus-event", bus: "crm", detail: { total: 3 } }]);
      await put({ EventBusName: undefined }, { EventBusName: BUS_ARN });
      expect(heard).toHaveLength(3);
    }));

  it("has rules of its own under names that the default bus may have too", () =>
    inVirtualTime(async () => {
      const { events, rule } = await account();
      await rule({ Name: "orders", EventBusName: BUS_ARN, EventPattern: everything });
      await rule({ Name: "orders", EventPattern: everything, Description: "the other" });
      expect(await events.describeRule({ Name: "orders", EventBusName: "crm" })).not.toHaveProperty("Description");
      expect((await events.listRules({ EventBusName: "crm" })).Rules).toMatchObject([{ EventBusName: "crm" }]);
      expect((await events.listRuleNamesByTarget({ TargetArn: READER, EventBusName: "crm" })).RuleNames).toEqual([
        "orders",
      ]);
      await events.removeTargets({ Rule: "orders", EventBusName: "crm", Ids: ["reader"] });
      await events.deleteRule({ Name: "orders", EventBusName: "crm" });
      expect(await events.describeRule({ Name: "orders" })).toMatchObject({ Description: "the other" });
    }));

  it("is listed, described and deleted once it has no rules, and has no schedules", () =>
    inVirtualTime(async () => {
      const { events, rule } = await account();
      const schedule = { Name: "hourly", EventBusName: "crm", ScheduleExpression: "rate(1 hour)" };
      await expect(rule(schedule)).rejects.toThrow("supported only on the default event bus");
      await expect(rule({ ...schedule, EventBusName: "nowhere" })).rejects.toThrow("nowhere does not exist");
      await expect(events.createEventBus({ Name: "crm" })).rejects.toThrow(sdk.ResourceAlreadyExistsException);
      expect((await events.listEventBuses({})).EventBuses).toMatchObject([
        { Name: "default" },
        { Name: "crm", Arn: BUS_ARN },
      ]);
      expect(await events.describeEventBus({ Name: "crm" })).toMatchObject({ Arn: BUS_ARN });
      await rule({ Name: "orders", EventBusName: "crm", EventPattern: everything });
      await expect(events.deleteEventBus({ Name: "crm" })).rejects.toThrow("has rules");
      await expect(events.deleteEventBus({ Name: "default" })).rejects.toThrow("default");
      await events.removeTargets({ Rule: "orders", EventBusName: "crm", Ids: ["reader"] });
      await events.deleteRule({ Name: "orders", EventBusName: "crm" });
      await events.deleteEventBus({ Name: "crm" });
      await expect(events.describeEventBus({ Name: "crm" })).rejects.toThrow(sdk.ResourceNotFoundException);
    }));
});

describe("putting events", () => {
  it("says of each entry whether it was taken", () =>
    inVirtualTime(async () => {
      const { put, rule, heard } = await account();
      await rule({ Name: "orders", EventBusName: "crm", EventPattern: everything });
      const answer = await put(
        {},
        { Detail: "no JSON" },
        { Detail: "[]" },
        { Source: "" },
        { Source: "aws.lambda" },
        { DetailType: "x".repeat(129) },
        {},
      );
      expect(answer.FailedEntryCount).toBe(5);
      expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
        undefined,
        "MalformedDetail",
        "MalformedDetail",
        "InvalidArgument",
        "NotAuthorizedForSource",
        "InvalidArgument",
        undefined,
      ]);
      expect(heard).toHaveLength(2);
    }));

  it("refuses more than ten, and more than 256 KB together", () =>
    inVirtualTime(async () => {
      const { put } = await account();
      await expect(put(...Array.from({ length: 11 }, () => ({})))).rejects.toThrow("between 1 and 10");
      const Detail = JSON.stringify({ text: "x".repeat(130 * 1024) });
      expect((await put({ Detail })).FailedEntryCount).toBe(0);
      await expect(put({ Detail }, { Detail })).rejects.toThrow("over the limit");
    }));

  it("succeeds on a bus that is not there, and nobody hears of it", () =>
    inVirtualTime(async () => {
      const { put, rule, heard } = await account();
      await rule({ Name: "all", EventPattern: everything });
      expect(await put({ EventBusName: "nowhere" })).toMatchObject({ FailedEntryCount: 0 });
      expect(heard).toEqual([]);
    }));
});

describe("a schedule", () => {
  it("invokes its function each time, from one interval after it was made", () =>
    inVirtualTime(async () => {
      const { rule, heard, stop } = await account();
      const ruleArn = await rule({ Name: "every-minute", ScheduleExpression: "rate(1 minute)" });
      await systemClock.sleep(59_000);
      expect(heard).toEqual([]);
      await systemClock.sleep(122_000);
      expect(heard).toMatchObject(
        ["02:01", "02:02", "02:03"].map((at) => ({
          "detail-type": "Scheduled Event",
          source: "aws.events",
          time: `2026-01-15T${at}:00Z`,
          resources: [ruleArn],
          detail: {},
        })),
      );
      stop();
      await systemClock.sleep(300_000);
      expect(heard).toHaveLength(3);
    }));
});
