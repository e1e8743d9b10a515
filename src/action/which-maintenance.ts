import { type Decision, isActive } from "../operations/operation.ts";
import type { OperationState } from "../operations/state.ts";
import type { Listed } from "./answered.ts";
import { type Job, PATIENCE_MS, patience } from "./job.ts";
import { work as inWords } from "./words.ts";

/** The maintenance that is active on the target. Throws where there is none. */
export async function activeMaintenance(job: Job): Promise<Listed> {
  const { target } = job.inputs;
  const operations = await job.client.operations(target, patience(job, PATIENCE_MS));
  const active = operations.find(({ status }) => isActive(status));
  if (active?.procedure === "maintenance") return active;
  const last = operations.find(({ procedure }) => procedure === "maintenance");
  const found = active
    ? `the active operation is ${active.id}, ${active.what} (${active.status})`
    : last
      ? `no operation is active; the last maintenance, ${last.id}, ended as ${last.status}`
      : "no operation is active, and there was no maintenance lately";
  throw new Error(`expected an active maintenance on ${target}, found none: ${found}`);
}

/** `maintenance-end` says that the work is done, and nothing else: any other question is not its to answer. Throws where it cannot end the operation. */
export function refuseToEnd(
  operation: OperationState,
  { question, decision }: { question: string | undefined; decision: Decision },
): void {
  const { id, request, status } = operation;
  if (request.procedure !== "maintenance")
    throw new Error(
      `expected a maintenance to end, found ${inWords(operation)} (${id}, ${status}). Use procedure: decide for what it asks`,
    );
  if (decision === "proceed" && question !== undefined && question !== "maintenance")
    throw new Error(
      `expected a maintenance whose work is under way, found that ${id} waits for a decision ${question}. Use procedure: decide to answer that`,
    );
}
