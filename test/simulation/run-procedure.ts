import { inMemoryWorkflow, type WorkflowJournal } from "../../src/engine/in-memory-workflow.ts";
import type { OperationEvent } from "../../src/operations/event.ts";
import type { OperationRequest } from "../../src/operations/operation.ts";
import type { OperationState } from "../../src/operations/state.ts";
import { type Ending, runOperation } from "../../src/procedures/run-operation.ts";
import { type Answer, answerQuestions, type Decided } from "./answers.ts";
import { TARGET } from "./noticeboard-cloud.ts";
import { OPERATION, operator } from "./operator.ts";
import type { SimulatedCloud } from "./simulated-cloud.ts";
import { takeOver } from "./take-over.ts";
import { wakeWaiters } from "./wake-waiters.ts";

/** `waits`: what the runbook polled for, as `phase/until`. `gone`: nobody goes on with it, though it has not ended. */
export type Finished = {
  ending: Ending | { status: "gone" };
  state: OperationState;
  events: OperationEvent[];
  crashes: number;
  waits: string[];
};

export type ProcedureRun = {
  request: OperationRequest;
  id?: string;
  /** Ends a run of the runbook wherever it throws, and the next goes on; for good where it throws an `ExecutionGone`. */
  crash?: (point: string) => void;
  /** What people decide, each once and in this order where the same is asked again. */
  answers?: Answer[];
};

/** The durable execution was stopped, timed out or failed: no run follows. */
export class ExecutionGone extends Error {
  override readonly name = "ExecutionGone";
}

/** Records an operation as the API does and runs it to its end, through every decision and every take-over. */
export async function runProcedure(
  cloud: SimulatedCloud,
  { request, id = OPERATION, crash, answers = [] }: ProcedureRun,
): Promise<Finished> {
  const { store, runbook, configuration } = cloud;
  const created = await store.create({
    id,
    target: TARGET,
    request,
    requestedBy: operator,
    configuration: configuration.targets.get(TARGET),
    idempotencyKey: id === OPERATION ? "test" : id,
  });
  if (created.outcome !== "created") throw new Error(`expected a new operation, found ${created.outcome}`);
  const people = answerQuestions(cloud, { id, answers });
  const journals: WorkflowJournal[] = [];
  let crashes = 0;
  let epoch: number | undefined;
  for (;;) {
    const journal: WorkflowJournal = new Map();
    journals.push(journal);
    const run = await runToAnEnd(cloud, { id, journal, crash, epoch });
    crashes += run.crashes;
    const decided: Decided | undefined = people.after(run.ending.status);
    if (!decided) {
      const state = (await store.get(id))!;
      const waits = [...new Set(journals.flatMap(waitsIn))];
      return { ending: run.ending, state, events: await store.events(id), crashes, waits };
    }
    await runbook.clock.sleep(decided.afterMs);
    epoch = await takeOver(cloud, { id, decided });
  }
}

type Run = { id: string; journal: WorkflowJournal; crash?: (point: string) => void; epoch?: number };

/** One durable execution: whatever crashes, the next run goes on with its journal. */
async function runToAnEnd(cloud: SimulatedCloud, { id, journal, crash, epoch }: Run) {
  const { runbook } = cloud;
  let crashes = 0;
  for (;;) {
    const workflow = inMemoryWorkflow({ clock: runbook.clock, journal, crash });
    wakeWaiters(cloud, { id, wake: workflow.completeCallback });
    const start = { world: runbook, workflow, operationId: id, epoch };
    const ending: Finished["ending"] | undefined = await Promise.race([runOperation(start), workflow.crashed]).catch(
      (error: Error) => {
        if (error.name !== "Crash") throw error;
        return error.cause instanceof ExecutionGone ? { status: "gone" as const } : undefined;
      },
    );
    if (ending) return { ending, crashes };
    crashes += 1;
    await runbook.clock.sleep(1_000);
  }
}

/** Everything that was waited for, once each, as `phase/until`. */
const waitsIn = (journal: WorkflowJournal): string[] =>
  [...journal.keys()].flatMap((key) => /^(.*?)(#\d+)? since$/.exec(key)?.[1] ?? []);
