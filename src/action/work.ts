import type { DataAcknowledged, Decision, Discard, OperationOrder } from "../operations/operation.ts";
import type { InputValues } from "./inputs-schema.ts";
import { requestOf } from "./request-of.ts";
import type { WorkflowRun } from "./workflow-run.ts";

/** What the step was asked to do. */
export type Work =
  | { do: "start"; request: OperationOrder; idempotencyKey: string }
  /** Without an id it is the target's active maintenance. `ends` is what `maintenance-end` may end, and nothing else. */
  | { do: "decide"; operationId?: string; decision: Decision; confirms: ConfirmedData; ends?: "maintenance" }
  | { do: "restore"; operationId: string; confirms: Confirmed }
  | { do: "plan"; request: OperationOrder }
  | { do: "status"; operationId: string };
export type Confirmed = { comment?: string; discards?: Discard };
type ConfirmedData = Confirmed & { data?: DataAcknowledged };

/** Undefined where no idempotency key was given and none can be derived. */
export function workOf(values: InputValues, run: WorkflowRun): Work | undefined {
  const { procedure, comment, decision } = values;
  const [id, from] = [values["operation-id"], values["discards-from"]];
  const confirms = { ...(comment !== undefined && { comment }), ...(from !== undefined && { discards: { from } }) };
  const { data } = values;
  const ofDecision = { ...confirms, ...(data !== undefined && { data }) };
  switch (procedure) {
    case "upgrade":
    case "first-start":
    case "rollback":
    case "maintenance-begin": {
      const idempotencyKey = values["idempotency-key"] ?? defaultKey(run, values.target);
      const request = requestOf(procedure === "maintenance-begin" ? "maintenance" : procedure, values);
      return idempotencyKey === undefined ? undefined : { do: "start", request, idempotencyKey };
    }
    case "maintenance-end":
      return {
        do: "decide",
        operationId: id,
        decision: decision ?? "proceed",
        confirms: ofDecision,
        ends: "maintenance",
      };
    case "decide":
      return { do: "decide", operationId: id, decision: decision ?? "proceed", confirms: ofDecision };
    case "restore":
      return { do: "restore", operationId: id ?? "", confirms };
    case "plan":
      return { do: "plan", request: requestOf(values["plan-of"], values) };
    case "status":
      return { do: "status", operationId: id ?? "" };
  }
}

/** The legs of a matrix share job and step: the target keeps them apart. */
function defaultKey(run: WorkflowRun, target: string): string | undefined {
  if (!run.runId) return undefined;
  return [run.repositoryId ?? "", run.runId, run.runAttempt ?? "1", run.job ?? "", run.action ?? "", target]
    .map((part) => part.replace(/[^\x21-\x7e]/g, "_"))
    .join(":");
}
