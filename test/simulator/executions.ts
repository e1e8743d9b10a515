import { executionEnded } from "../../src/engine/execution-ended.ts";
import { inMemoryWorkflow, type WorkflowJournal } from "../../src/engine/in-memory-workflow.ts";
import { executionName, FUNCTION_TIMEOUT_MS } from "../../src/operations/take-over.ts";
import { runOperation } from "../../src/procedures/run-operation.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import { type CallHook, createRunbookWorker, type OnFacts, type RunbookWorker, watched } from "./runbook-worker.ts";

type Execution = {
  operationId: string;
  epoch: number;
  journal: WorkflowJournal;
  worker?: RunbookWorker;
  isOver: boolean;
  over: PromiseWithResolvers<void>;
};
export type Executions = ReturnType<typeof createExecutions>;

/** How long the engine takes to see that a worker is gone and to start the next, and EventBridge to tell that an execution ended. */
const NOTICED_AFTER_MS = 1_000;

/**
 * The durable executions of the runbook: one a name, each with a journal that outlives its workers. A worker that is not its execution's last one
 * may go on until the next time that it has something remembered: then the engine refuses it.
 */
export function createExecutions(
  cloud: SimulatedCloud,
  { hook, onFacts, onBug }: { hook: CallHook; onFacts: OnFacts; onBug: (bug: string) => void },
) {
  const { clock } = cloud.world;
  const executions = new Map<string, Execution>();
  const wakers: ((callbackId: string) => void)[] = [];
  const hear = executionEnded({
    store: watched(cloud.store, onFacts),
    start,
    log: () => {},
    alarm: (alarm) => void cloud.alarms.push(alarm),
  });

  async function start(operationId: string, epoch: number): Promise<void> {
    const name = executionName(operationId, epoch);
    if (executions.has(name)) return;
    const execution: Execution = {
      operationId,
      epoch,
      journal: new Map(),
      isOver: false,
      over: Promise.withResolvers(),
    };
    executions.set(name, execution);
    invoke(execution);
  }

  function invoke(execution: Execution): void {
    const { operationId, epoch, journal } = execution;
    const worker = createRunbookWorker(cloud, { hook, onFacts });
    execution.worker = worker;
    const workflow = inMemoryWorkflow({
      clock: worker.world.clock,
      journal,
      crash(point) {
        if (!worker.isAlive || (execution.worker !== worker && !point.startsWith("before")))
          throw new Error("the engine takes nothing from it any more");
      },
    });
    wakers.push(workflow.completeCallback);
    Promise.race([runOperation({ world: worker.world, workflow, operationId, epoch }), workflow.crashed]).then(
      () => {
        if (execution.worker === worker) isOver(execution);
      },
      (error: Error) => {
        if (error.name === "Crash" || !worker.isAlive || execution.worker !== worker) return;
        if (isOwnMistake(error)) onBug(`the run of ${executionName(operationId, epoch)} threw ${error.stack}`);
        end(execution, "FAILED");
      },
    );
  }

  function isOver(execution: Execution): void {
    execution.isOver = true;
    execution.over.resolve();
  }

  function end(execution: Execution, status: "STOPPED" | "FAILED" | "TIMED_OUT"): void {
    const { worker, operationId, epoch } = execution;
    isOver(execution);
    execution.worker = undefined;
    void clock.sleep(FUNCTION_TIMEOUT_MS).then(() => worker?.kill());
    const detail = { durableExecutionName: executionName(operationId, epoch), status };
    void clock
      .sleep(NOTICED_AFTER_MS)
      .then(() => hear({ source: "aws.lambda", "detail-type": "Durable Execution Status Change", detail }))
      .catch((error: Error) => onBug(`execution-ended threw ${error.stack}`));
  }

  /** The last one that goes on: what is in charge. */
  const current = () => [...executions.values()].findLast(({ isOver }) => !isOver);
  const executionOf = (worker: RunbookWorker) => [...executions.values()].find((each) => each.worker === worker);

  return {
    starter: {
      start,
      async wake(callbackId: string) {
        for (const wake of wakers) {
          try {
            wake(callbackId);
          } catch {
            // Another run's, or one that was woken already.
          }
        }
      },
    },
    hear,
    /** Resolves when no execution goes on any more, or after so long. */
    async untilOver(patienceMs: number): Promise<void> {
      const late = new AbortController();
      const patience = clock.sleep(patienceMs, late.signal).catch(() => {});
      await Promise.race([Promise.all([...executions.values()].map(({ over }) => over.promise)), patience]);
      late.abort();
    },
    /** Kills a worker, by default the one in charge; the engine starts another. Answers whether there was one. */
    crash(options: { worker?: RunbookWorker; lingersMs?: number } = {}): boolean {
      const worker = options.worker ?? current()?.worker;
      const execution = worker && executionOf(worker);
      if (!worker?.isAlive) return false;
      worker.kill(options);
      if (execution)
        void clock.sleep(NOTICED_AFTER_MS).then(() => {
          if (!execution.isOver && execution.worker === worker) invoke(execution);
        });
      return true;
    },
    /** Ends the execution in charge without a word to its worker, which goes on until the engine refuses it. */
    endExecution(): boolean {
      const execution = current();
      if (execution) end(execution, "STOPPED");
      return execution !== undefined;
    },
    /** Starts another worker on the execution in charge, whose own has not ended. */
    runAgain(): boolean {
      const execution = current();
      if (execution) invoke(execution);
      return execution !== undefined;
    },
  };
}

const MISTAKES = ["TypeError", "ReferenceError", "RangeError", "SyntaxError"];
/** An engine or a cloud that fails for long ends a run as well; that is no mistake of the code. */
export const isOwnMistake = (error: { name?: string; code?: string; details?: Record<string, unknown> }): boolean =>
  error.name === "OperationError" || error.name === undefined
    ? error.code === "unexpected" && MISTAKES.includes(String(error.details?.error))
    : !String(error.name).match(/Timeout|Throttl|Exception|Unavailable|ServerError/);
