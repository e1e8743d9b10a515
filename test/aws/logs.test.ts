import { expect, test } from "vitest";
import { type ContainerLog, createLogs, logOf, streamOf } from "../../src/aws/logs.ts";
import { type Account, becomes, onEcs, passes, register, runTask } from "../sandbox/ecs/account.ts";

const container = {
  name: "app",
  logConfiguration: {
    logDriver: "awslogs" as const,
    options: { "awslogs-group": "/ecs/crm", "awslogs-region": "eu-central-1", "awslogs-stream-prefix": "web" },
  },
};
const log: ContainerLog = { group: "/ecs/crm", region: "eu-central-1", streamPrefix: "web", container: "app" };
const of = (account: Account) => createLogs(() => account.logs);

/** A task that says a line a second, since ten seconds. */
async function talking(account: Account) {
  await account.logs.createLogGroup({ logGroupName: log.group }).catch(() => {}); // by the task before it
  const definition = await register(account, "talker:1", { logConfiguration: container.logConfiguration });
  const { taskArn } = await runTask(account, definition);
  await becomes(account, taskArn!, "RUNNING");
  await passes(10_000);
  return taskArn!;
}

test("a container's log is found from its task definition, and not where another driver or no prefix leaves its streams unnamed", () => {
  expect(logOf(container)).toEqual(log);
  expect(logOf({ name: "app", logConfiguration: { logDriver: "awsfirelens" } })).toBeUndefined();
  expect(logOf({ name: "app" })).toBeUndefined();
  const { "awslogs-stream-prefix": _prefix, ...options } = container.logConfiguration.options;
  expect(logOf({ name: "app", logConfiguration: { logDriver: "awslogs", options } })).toBeUndefined();
  expect(streamOf(log, "arn:aws:ecs:eu-central-1:111122223333:task/main/0123abcd")).toBe("web/app/0123abcd");
});

test(
  "finds the lines of one task that hold a text or match an expression, since a time",
  onEcs(async (account) => {
    const taskArn = await talking(account);
    const lines = (matching?: string | RegExp, sinceMs = 0) =>
      of(account)
        .lines(log, { taskArn, sinceMs, matching })
        .then((found) => found.map(({ message }) => message));
    expect(await lines("line 3: out of coffee")).toEqual(["ERROR line 3: out of coffee"]);
    expect(await lines(/^line [12]$/)).toEqual(["line 1", "line 2"]);
    expect(await lines('say "so"')).toEqual([]);
    const all = await of(account).lines(log, { taskArn, sinceMs: 0 });
    expect(all.length).toBeGreaterThan(5);
    expect(await lines(undefined, Date.parse(all[4]!.at))).toEqual(all.slice(4).map(({ message }) => message));
    await talking(account);
    expect(await lines("line 3: out of coffee")).toHaveLength(1);
  }),
);

test(
  "reads the last lines of a task, oldest first, and of one that has ended",
  onEcs(async (account) => {
    const taskArn = await talking(account);
    await account.client.stopTask({ cluster: "main", task: taskArn });
    await passes(60_000);
    const tail = await of(account).tail(log, { taskArn, count: 2 });
    expect(tail).toHaveLength(2);
    expect(tail[1]).toMatchObject({ message: "bye" });
  }),
);

test(
  "goes on over pages, empty ones too",
  onEcs(async (account) => {
    const taskArn = await talking(account);
    const { events = [] } = await account.logs.filterLogEvents({ logGroupName: log.group });
    let pages = 0;
    const send = async ({ input }: { input: { nextToken?: string } }) => {
      pages += 1;
      const page = Number(input.nextToken ?? 0);
      return { events: page === 1 ? [] : [events[page]], nextToken: page < 2 ? String(page + 1) : undefined };
    };
    const paged = { send } as unknown as Account["logs"];
    const found = await createLogs(() => paged).lines(log, { taskArn, sinceMs: 0 });
    expect(pages).toBe(3);
    expect(found.map(({ message }) => message)).toEqual(["line 1", "ERROR line 3: out of coffee"]);
  }),
);

test(
  "a group or a stream that is not there has no lines",
  onEcs(async (account) => {
    const nowhere = { taskArn: "arn:aws:ecs:eu-central-1:111122223333:task/main/0123abcd", sinceMs: 0, count: 10 };
    expect(await of(account).lines(log, nowhere)).toEqual([]);
    expect(await of(account).tail(log, nowhere)).toEqual([]);
    await account.logs.createLogGroup({ logGroupName: log.group });
    expect(await of(account).lines(log, nowhere)).toEqual([]);
  }),
);
