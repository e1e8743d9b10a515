import type { AnsweredOperation } from "../../src/api/schemas.ts";
import { executionEnded } from "../../src/engine/execution-ended.ts";
import { inMemoryWorkflow, type WorkflowJournal } from "../../src/engine/in-memory-workflow.ts";
import { executionName } from "../../src/operations/take-over.ts";
import { runOperation } from "../../src/procedures/run-operation.ts";
import { judge, stateOf } from "./judge.ts";
import { type NoticeboardCloudOptions, noticeboardCloud } from "./noticeboard-cloud.ts";
import { operatorApp } from "./operator-app.ts";
import { startVisitors } from "./visitors.ts";

const ACCESS = 'access: { iam: [{ role: "arn:aws:iam::111122223333:role/operator", allow: ["*"] }] }';

/** Longer than any of the runs that follow one another here. */
const PATIENCE_MS = 3 * 3_600_000;

export type Ways = { kill?: (point: string, epoch: number) => boolean };

/**
 * The noticeboard among visitors, operated through the API alone: its starter begins the runs, and what EventBridge would tell of those that are
 * killed comes to the function that hears of it.
 */
export async function throughTheApi(options: NoticeboardCloudOptions = {}, { kill = () => false }: Ways = {}) {
  const cloud = await noticeboardCloud({ ...options, target: [...(options.target ?? []), ACCESS] });
  const { clock } = cloud.world;
  const visitors = startVisitors(cloud);
  await clock.sleep(5_000);
  const before = stateOf(cloud);

  const runs = new Map<string, Promise<unknown>>();
  const wakers: ((callbackId: string) => void)[] = [];
  const starter = {
    async start(operationId: string, epoch: number) {
      const name = executionName(operationId, epoch);
      if (!runs.has(name)) runs.set(name, run(operationId, epoch));
    },
    async wake(callbackId: string) {
      for (const wake of wakers) {
        try {
          wake(callbackId);
        } catch {
          // Another run's, or one that was woken already.
        }
      }
    },
  };
  const alarms: unknown[] = [];
  const hear = executionEnded({
    store: cloud.store,
    start: starter.start,
    log: () => {},
    alarm: (alarm) => void alarms.push(alarm),
  });

  async function run(operationId: string, epoch: number): Promise<unknown> {
    const journal: WorkflowJournal = new Map();
    const crash = (point: string) => {
      if (kill(point, epoch)) throw new Error(`killed ${point}`);
    };
    const workflow = inMemoryWorkflow({ clock, journal, crash });
    wakers.push(workflow.completeCallback);
    const ended = await Promise.race([
      runOperation({ world: cloud.runbook, workflow, operationId, epoch }),
      workflow.crashed.catch(() => undefined),
    ]);
    if (ended) return ended;
    await clock.sleep(1_000);
    const detail = { durableExecutionName: executionName(operationId, epoch), status: "STOPPED" };
    return hear({ source: "aws.lambda", "detail-type": "Durable Execution Status Change", detail });
  }

  const { request, post } = operatorApp(cloud, starter);
  const get = async (id: string): Promise<AnsweredOperation> =>
    (await (await request(`/v1/operations/${id}`)).json()) as AnsweredOperation;

  return {
    cloud,
    alarms,
    post,
    get,
    async start(request: object): Promise<string> {
      const answer = await post("/v1/targets/noticeboard/operations", request);
      return ((await answer.json()) as { id: string }).id;
    },
    /** The operation as soon as it is so. */
    async until(id: string, is: (operation: AnsweredOperation) => boolean): Promise<AnsweredOperation> {
      const since = clock.now();
      for (;;) {
        const operation = await get(id);
        if (is(operation)) return operation;
        if (operation.finishedAt || clock.now() - since > PATIENCE_MS)
          throw new Error(`it never came true; now: ${JSON.stringify({ ...operation, mutations: [], checks: [] })}`);
        await clock.sleep(5_000);
      }
    },
    /** Everything that the invariants find wrong, once the operation is over. */
    async judged(id: string) {
      await clock.sleep(10_000);
      await visitors.stop();
      const finished = { state: (await cloud.store.get(id))!, events: await cloud.store.events(id) };
      return judge(cloud, { before, finished, visitors }).violations;
    },
    starter,
    runs: () => [...runs.keys()],
  };
}
