import { inMemoryWorkflow, type WorkflowJournal } from "../../src/engine/in-memory-workflow.ts";
import type { OperationEvent } from "../../src/operations/event.ts";
import type { OperationRequest } from "../../src/operations/operation.ts";
import type { OperationState } from "../../src/operations/state.ts";
import { type Ending, runOperation } from "../../src/procedures/run-operation.ts";
import { NEW_IMAGE, TARGET } from "./noticeboard-cloud.ts";
import type { SimulatedCloud } from "./simulated-cloud.ts";

export const OPERATION = "op-20260115-020000-3f9a2c";
export const operator = {
  kind: "iam" as const,
  id: "arn:aws:iam::111122223333:role/operator",
  name: "operator/alice",
  details: {},
};

/** `waits`: what the runbook polled for, as `phase/until`. */
export type Finished = {
  ending: Ending;
  state: OperationState;
  events: OperationEvent[];
  crashes: number;
  waits: string[];
};

/** Records an upgrade as the API does and runs it to its end; `crash` ends a run of the runbook wherever it throws, and the next goes on. */
export async function runUpgrade(
  cloud: SimulatedCloud,
  options: { request?: Partial<OperationRequest>; crash?: (point: string) => void } = {},
): Promise<Finished> {
  const { store, runbook, configuration } = cloud;
  const request: OperationRequest = {
    procedure: "upgrade",
    image: NEW_IMAGE,
    snapshot: "required",
    ...options.request,
  };
  const created = await store.create({
    id: OPERATION,
    target: TARGET,
    request,
    requestedBy: operator,
    configuration: configuration.targets.get(TARGET),
    idempotencyKey: "test",
  });
  if (created.outcome !== "created") throw new Error(`expected a new operation, found ${created.outcome}`);

  let wake: ((callbackId: string) => void) | undefined;
  const { append } = store;
  /** As the API does: whoever waits for a decision is woken by it. */
  store.append = async (id, facts) => {
    const state = await append(id, facts);
    const { callbackId } = facts.some(({ type }) => type === "decided") ? await store.control(id) : {};
    if (callbackId !== undefined) wake?.(callbackId);
    return state;
  };

  const journal: WorkflowJournal = new Map();
  let crashes = 0;
  for (;;) {
    const workflow = inMemoryWorkflow({ clock: runbook.clock, journal, crash: options.crash });
    wake = workflow.completeCallback;
    const run = runOperation({ world: runbook, workflow, operationId: OPERATION });
    const ending = await Promise.race([run, workflow.crashed]).catch((error: Error) => {
      if (error.name !== "Crash") throw error;
      return undefined;
    });
    if (ending)
      return {
        ending,
        state: (await store.get(OPERATION))!,
        events: await store.events(OPERATION),
        crashes,
        waits: waitsIn(journal),
      };
    crashes += 1;
    await runbook.clock.sleep(1_000);
  }
}

/** Everything that was waited for, once each, as `phase/until`. */
const waitsIn = (journal: WorkflowJournal): string[] => [
  ...new Set([...journal.keys()].flatMap((key) => /^(.*?)(#\d+)? since$/.exec(key)?.[1] ?? [])),
];
