import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { beforeEach, describe, expect, it } from "vitest";
import { type BusEvent, createEventBus } from "../../src/aws/event-bus.ts";
import { announce } from "../../src/engine/announce.ts";
import { A, B } from "../operations/sample.ts";

let put: BusEvent[];
let log: Record<string, unknown>[];
let refuses: (event: BusEvent) => boolean;
let handler: ReturnType<typeof announce>;

beforeEach(() => {
  [put, log, refuses] = [[], [], () => false];
  handler = announce({
    bus: {
      async put(event) {
        await Promise.resolve();
        if (refuses(event)) throw new Error("throttled");
        put.push(event);
      },
    },
    log: (line) => void log.push(line),
  });
});

/** As Lambda hands over what the stream has; every record has a number of its own. */
const record = (
  [id, seq]: [string, number],
  { name = "INSERT", sk = `event#00000${seq}`, ...more }: { name?: string; sk?: string; event?: unknown } = {},
) => {
  const at = `2026-01-15T02:00:0${seq}.123Z`;
  const event = "event" in more ? more.event : { type: "started", key: "started", seq, at };
  const Keys = { pk: { S: `operation#${id}` }, sk: { S: sk } };
  return {
    eventID: "1",
    eventName: name,
    eventSource: "aws:dynamodb",
    dynamodb: {
      SequenceNumber: `${id}/${seq}`,
      Keys,
      NewImage: {
        ...Keys,
        type: { S: "started" },
        target: { S: "crm" },
        procedure: { S: "upgrade" },
        event: { S: typeof event === "string" ? event : JSON.stringify(event) },
      },
    },
  };
};
const told = () => put.map(({ resources, detail }) => [...resources, (JSON.parse(detail) as { seq: number }).seq]);

describe("what the stream brings", () => {
  it("is put on the bus under its type, with the time and the operation of the event", async () => {
    expect(await handler({ Records: [record([A, 2])] })).toEqual({ batchItemFailures: [] });
    expect(put).toEqual([
      {
        source: "intermission",
        detailType: "intermission.operation.started",
        time: new Date("2026-01-15T02:00:02.123Z"),
        resources: [A],
        detail: JSON.stringify({
          version: 1,
          operation: A,
          target: "crm",
          procedure: "upgrade",
          seq: 2,
          at: "2026-01-15T02:00:02.123Z",
          summary: "the runbook took over",
          type: "started",
        }),
      },
    ]);
  });

  it("is left alone where it is no new event of an operation", async () => {
    const others = [
      record([A, 1], { name: "MODIFY" }),
      record([A, 1], { name: "REMOVE" }),
      record([A, 1], { sk: "meta" }),
      record([A, 1], { sk: "kept#before" }),
    ];
    expect(await handler({ Records: others })).toEqual({ batchItemFailures: [] });
    expect(put).toEqual([]);
    expect(log).toEqual([]);
  });

  it("is left out with a line in the log where it cannot be read, and what follows is told", async () => {
    const [first, second] = [record([A, 1], { event: "{" }), record([A, 2], { event: { type: "unheard-of", seq: 2 } })];
    const without = record([A, 3]);
    Object.assign(without.dynamodb, { NewImage: undefined });
    const Records = [first, second, without, record([A, 4])];
    expect(await handler({ Records })).toEqual({ batchItemFailures: [] });
    expect(told()).toEqual([[A, 4]]);
    expect(log).toMatchObject([1, 2, 3].map((seq) => ({ level: "error", keys: { sk: `event#00000${seq}` } })));
  });
});

describe("an event that the bus does not take", () => {
  const Records = [record([A, 1]), record([B, 1]), record([A, 2]), record([B, 2]), record([A, 3])];

  it("comes again with what follows it in its operation, which is not told before it", async () => {
    refuses = ({ resources, detail }) => resources[0] === A && detail.includes('"seq":2');
    expect(await handler({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: `${A}/2` }] });
    expect(told()).toEqual([
      [A, 1],
      [B, 1],
      [B, 2],
    ]);
    expect(log).toMatchObject([{ level: "error", message: "event not taken", operation: A, seq: 2 }]);

    refuses = () => false;
    expect(await handler({ Records: Records.slice(2) })).toEqual({ batchItemFailures: [] });
    expect(told().filter(([id]) => id === A)).toEqual([
      [A, 1],
      [A, 2],
      [A, 3],
    ]);
  });

  it("of several operations makes each of them come again from its own", async () => {
    refuses = () => true;
    expect(await handler({ Records })).toEqual({
      batchItemFailures: [{ itemIdentifier: `${A}/1` }, { itemIdentifier: `${B}/1` }],
    });
    expect(put).toEqual([]);
  });
});

describe("the bus", () => {
  const busThatAnswers = (answer: object) => {
    const client = new EventBridgeClient({
      region: "eu-central-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    client.send = (async () => answer) as never;
    return createEventBus(client, "intermission");
  };
  const event = { source: "intermission", detailType: "t", time: new Date(0), resources: [], detail: "{}" };

  it("has taken what it has no error for, and not what it answers 200 for with one", async () => {
    await busThatAnswers({ FailedEntryCount: 0, Entries: [{ EventId: "1" }] }).put(event);
    const Entries = [{ ErrorCode: "ThrottlingException", ErrorMessage: "later" }];
    await expect(busThatAnswers({ FailedEntryCount: 1, Entries }).put(event)).rejects.toThrow("later");
  });
});
