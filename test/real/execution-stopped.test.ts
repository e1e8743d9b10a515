import {
  LambdaClient,
  ListDurableExecutionsByFunctionCommand,
  StopDurableExecutionCommand,
} from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RUNBOOK_FUNCTION } from "../../src/sandbox/functions.ts";
import { type NoticeboardSandbox, startNoticeboards } from "./noticeboard-sandbox.ts";
import { upgrade } from "./noticeboard-upgrade.ts";

let sandbox: NoticeboardSandbox;
let lambda: LambdaClient;

beforeAll(async () => {
  sandbox = await startNoticeboards(["board"]);
  const { url: endpoint, key: credentials, world } = sandbox.services;
  lambda = new LambdaClient({ endpoint, region: world.region, credentials });
});
afterAll(async () => {
  lambda?.destroy();
  await sandbox?.close();
});

const executions = async () => {
  const FunctionName = `${RUNBOOK_FUNCTION}:live`;
  const { DurableExecutions = [] } = await lambda.send(new ListDurableExecutionsByFunctionCommand({ FunctionName }));
  return DurableExecutions.map(({ DurableExecutionArn: arn, DurableExecutionName: name, Status: status }) => ({
    ...{ arn, name, status },
  }));
};

/** As an administrator does who sees an execution and does not know what it holds. */
async function stopEveryExecution(): Promise<void> {
  for (const { arn, status } of await executions())
    if (status === "RUNNING") await lambda.send(new StopDurableExecutionCommand({ DurableExecutionArn: arn }));
}

/** The new run begins when the function's own time-out, 120 s, is over. */
const ONE_TIME_OUT_MS = 300_000;

test("an upgrade whose execution is stopped before the point of no return puts everything back by itself", {
  timeout: ONE_TIME_OUT_MS,
}, async () => {
  let stopped: Promise<void> | undefined;
  const { state, events, verdict, acknowledged } = await upgrade(sandbox, "board", {
    onEvent(event) {
      if (event.type === "phase-started" && event.phase === "back-up") stopped ??= stopEveryExecution();
    },
  });
  await stopped;
  expect(state).toMatchObject({ status: "rolled-back", site: "open", leftovers: [] });
  expect(state.pointOfNoReturnAt).toBeUndefined();
  expect(verdict.violations).toEqual([]);
  expect(events.filter(({ type }) => type === "taken-over")).toMatchObject([{ epoch: 2 }]);
  expect((await executions()).map(({ name, status }) => ({ name, status }))).toEqual(
    expect.arrayContaining([
      { name: state.id, status: "STOPPED" },
      { name: `${state.id}-e2`, status: "SUCCEEDED" },
    ]),
  );
  expect(await sandbox.store.lockHolder("board")).toBeUndefined();
  const rows = await sandbox.rows("board");
  expect(rows).toHaveLength(40 + acknowledged.length);
});
