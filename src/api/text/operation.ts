import { isSettled } from "../../operations/operation.ts";
import type { OperationState } from "../../operations/state.ts";
import { type OperationSummary, operationHref } from "../schemas.ts";
import { columns, elapsed, timeOfDay } from "./columns.ts";

/** An operation as a person at a terminal wants to read it. Only what is in its log: the same version reads the same at any time. */
export function operationAsText(operation: OperationState): string {
  const { request, window, waitingFor, problem, decision } = operation;
  const facts: [string, string | undefined][] = [
    ["operation", operation.id],
    ["what", `${request.procedure} of ${operation.target} to ${request.image}`],
    ["who", `${operation.requestedBy.name}, ${operation.requestedAt}`],
    ["status", `${operation.status}, site ${operation.site}`],
    ["now", isSettled(operation.status) ? undefined : operation.progress],
    ["waits for", waitingFor && `${waitingFor.for}${waitingFor.until ? ` until ${waitingFor.until}` : ""}`],
    ["decided", decision && `${decision.decision} by ${decision.by.name}, ${decision.at}`],
    ["window", windowAsText(window)],
    ["snapshot", operation.snapshot],
    ["no return", operation.pointOfNoReturnAt && `since ${timeOfDay(operation.pointOfNoReturnAt)}`],
    ["version", operation.verifiedVersion],
    ["problem", problem && `${problem.code}: ${problem.message}`],
    ["", problem?.hint],
  ];
  const phases = operation.phases.map(({ phase, outcome, startedAt, finishedAt }) => [
    ` ${phase}`,
    outcome ?? "under way",
    timeOfDay(startedAt),
    elapsed(startedAt, finishedAt),
  ]);
  const lines = [
    ...columns(facts.flatMap(([name, fact]) => (fact === undefined ? [] : [[name, fact]]))),
    ...(phases.length > 0 ? ["", ...columns(phases)] : []),
    ...operation.leftovers.map(({ what, fix }) => `\nleft behind: ${what}\n  ${fix}`),
    ...(waitingFor || operation.status === "held"
      ? ["", `Decide: POST ${operationHref(operation.id)}/decisions {"decision":"proceed"|"rollback"|"cancel"}`]
      : []),
  ];
  return `${lines.join("\n")}\n`;
}

function windowAsText({ closingAt, openedAt }: OperationState["window"]): string | undefined {
  if (!closingAt) return undefined;
  if (!openedAt) return `since ${timeOfDay(closingAt)}`;
  return `${timeOfDay(closingAt)} to ${timeOfDay(openedAt)}, ${elapsed(closingAt, openedAt)}`;
}

export function operationsAsText(operations: readonly OperationSummary[]): string {
  if (operations.length === 0) return "No operations.\n";
  const rows = operations.map(({ id, target, procedure, image, status, requestedBy }) => [
    id,
    status,
    target,
    `${procedure} to ${image}`,
    requestedBy,
  ]);
  return `${columns(rows).join("\n")}\n`;
}
