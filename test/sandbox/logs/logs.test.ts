import { ResourceAlreadyExistsException, ResourceNotFoundException } from "@aws-sdk/client-cloudwatch-logs";
import type { LogConfiguration } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { readFilterPattern } from "../../../src/sandbox/cloud/logs/filter-pattern.ts";
import { type Account, becomes, onEcs, passes, register, runTask, taskOf } from "../ecs/account.ts";

const GROUP = "/ecs/crm";
const awslogs = (options: Record<string, string> = {}): LogConfiguration => ({
  logDriver: "awslogs",
  options: { "awslogs-group": GROUP, "awslogs-region": "eu-central-1", "awslogs-stream-prefix": "web", ...options },
});

/** A task that says a line a second, since `seconds` seconds. */
async function talking(account: Account, { seconds = 10, options = {} as Record<string, string> } = {}) {
  const definition = await register(account, "talker:1", { logConfiguration: awslogs(options) });
  const task = await runTask(account, definition);
  await becomes(account, task.taskArn!, "RUNNING");
  await passes(seconds * 1_000);
  return { taskArn: task.taskArn!, stream: `web/app/${task.taskArn!.split("/").at(-1)}` };
}

const withGroup = (body: (account: Account) => Promise<void>) =>
  onEcs(async (account) => {
    await account.logs.createLogGroup({ logGroupName: GROUP });
    await body(account);
  });

describe("a container with the awslogs driver", () => {
  it(
    "writes its lines to the stream prefix/container/task",
    withGroup(async (account) => {
      const { stream } = await talking(account);
      const { logStreams } = await account.logs.describeLogStreams({ logGroupName: GROUP });
      expect(logStreams).toMatchObject([{ logStreamName: stream, firstEventTimestamp: expect.any(Number) }]);
      const { events } = await account.logs.getLogEvents({
        logGroupName: GROUP,
        logStreamName: stream,
        startFromHead: true,
        limit: 3,
      });
      expect(events!.map(({ message }) => message)).toEqual(["line 1", "line 2", "ERROR line 3: out of coffee"]);
      expect(events![1]!.timestamp! - events![0]!.timestamp!).toBe(1_000);
    }),
  );

  it(
    "can be read a moment after it wrote, and still when it is gone",
    withGroup(async (account) => {
      const { stream, taskArn } = await talking(account);
      await account.client.stopTask({ cluster: "main", task: taskArn });
      const last = async () =>
        (await account.logs.getLogEvents({ logGroupName: GROUP, logStreamName: stream, limit: 1 })).events?.[0]
          ?.message;
      expect(await last()).not.toBe("bye");
      await passes(5_000);
      expect(await last()).toBe("bye");
    }),
  );

  it(
    "does not start where its log group is not there",
    onEcs(async (account) => {
      const definition = await register(account, "talker:1", { logConfiguration: awslogs() });
      const { taskArn = "" } = await runTask(account, definition);
      await becomes(account, taskArn, "STOPPED");
      expect(await taskOf(account, taskArn)).toMatchObject({
        stopCode: "TaskFailedToStart",
        stoppedReason: expect.stringMatching(
          /^ResourceInitializationError: failed to validate logger args: .*ResourceNotFoundException/,
        ),
      });
    }),
  );

  it(
    "makes its log group where it is told to",
    onEcs(async (account) => {
      await talking(account, { options: { "awslogs-create-group": "true" } });
      expect((await account.logs.describeLogGroups({ logGroupNamePrefix: "/ecs/" })).logGroups).toMatchObject([
        {
          logGroupName: GROUP,
          arn: `arn:aws:logs:eu-central-1:111122223333:log-group:${GROUP}:*`,
          logGroupArn: `arn:aws:logs:eu-central-1:111122223333:log-group:${GROUP}`,
        },
      ]);
    }),
  );

  it(
    "needs a group, a region and, on Fargate, a prefix",
    onEcs(async (account) => {
      const logConfiguration: LogConfiguration = { logDriver: "awslogs", options: { "awslogs-group": GROUP } };
      await expect(register(account, "talker:1", { logConfiguration })).rejects.toThrow(
        "Log driver awslogs requires options: awslogs-region, awslogs-stream-prefix",
      );
    }),
  );
});

describe("reading logs", () => {
  it(
    "goes back and forth by tokens, and says the same token again at the end",
    withGroup(async (account) => {
      const { stream, taskArn } = await talking(account, { seconds: 3 });
      await account.client.stopTask({ cluster: "main", task: taskArn });
      await passes(10_000);
      const read = async (nextToken?: string) => {
        const page = await account.logs.getLogEvents({
          logGroupName: GROUP,
          logStreamName: stream,
          limit: 2,
          nextToken,
        });
        return { ...page, messages: page.events!.map(({ message }) => message) };
      };
      const newest = await read();
      expect(newest.messages).toEqual([expect.stringMatching(/line/), "bye"]);
      const before = await read(newest.nextBackwardToken);
      expect(before.messages).toEqual(["line 1", "line 2"]);
      expect((await read(before.nextForwardToken)).messages).toEqual(newest.messages);
      const end = await read(newest.nextForwardToken);
      expect(end).toMatchObject({ messages: [], nextForwardToken: newest.nextForwardToken });
    }),
  );

  it(
    "filters all streams of a group by pattern and time",
    withGroup(async (account) => {
      const first = await talking(account, { seconds: 0 });
      const begun = Date.now();
      const second = await talking(account);
      const { events } = await account.logs.filterLogEvents({
        logGroupName: GROUP,
        filterPattern: "ERROR",
        startTime: begun + 1,
      });
      expect(new Set(events!.map(({ logStreamName }) => logStreamName))).toEqual(
        new Set([first.stream, second.stream]),
      );
      expect(events!.every(({ message, timestamp }) => message!.startsWith("ERROR") && timestamp! > begun)).toBe(true);
      const only = await account.logs.filterLogEvents({
        logGroupName: GROUP,
        logStreamNames: [second.stream],
        filterPattern: '"line 1" -ERROR',
        limit: 1,
      });
      expect(only.events).toMatchObject([{ message: "line 1", logStreamName: second.stream }]);
    }),
  );

  it(
    "says what is not there, and what is there already",
    withGroup(async ({ logs }) => {
      await expect(logs.createLogGroup({ logGroupName: GROUP })).rejects.toThrow(ResourceAlreadyExistsException);
      await expect(logs.filterLogEvents({ logGroupName: "/none" })).rejects.toThrow(ResourceNotFoundException);
      await expect(logs.getLogEvents({ logGroupName: GROUP, logStreamName: "none" })).rejects.toThrow(
        "The specified log stream does not exist.",
      );
      await logs.deleteLogGroup({ logGroupName: GROUP });
      expect((await logs.describeLogGroups({})).logGroups).toEqual([]);
    }),
  );
});

describe("a filter pattern", () => {
  it.each([
    ["", "anything", true],
    ["ERROR", "an ERROR came", true],
    ["ERROR", "an error came", false],
    ["ERROR coffee", "ERROR: out of coffee", true],
    ["ERROR tea", "ERROR: out of coffee", false],
    ['"out of coffee"', "ERROR: out of coffee", true],
    ['"of out"', "out of coffee", false],
    ["?ERROR ?WARN", "WARN: low", true],
    ["?ERROR ?WARN", "INFO: fine", false],
    ["ERROR -Exiting", "ERROR Exiting", false],
    ["%lines? [0-9]+%", "line 12", true],
  ])("%s and “%s”: %s", (pattern, line, matches) => {
    expect(readFilterPattern(pattern)(line)).toBe(matches);
  });
});
