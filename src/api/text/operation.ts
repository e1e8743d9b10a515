import { checkLine, missedLine } from "../../operations/event-line.ts";
import { type Forecast, windowInWords } from "../../operations/forecast.ts";
import { isSettled } from "../../operations/operation.ts";
import type { OperationState } from "../../operations/state.ts";
import { inWords } from "../../targets/duration.ts";
import { type OperationSummary, operationHref } from "../schemas.ts";
import { columns, elapsed, timeOfDay } from "./columns.ts";
import { hanging } from "./wrap.ts";

/** An operation as a person at a terminal wants to read it. Only what is in its log: the same version reads the same at any time. */
export function operationAsText(operation: OperationState): string {
  const { request, window, waitingFor, problem, decision, forecast } = operation;
  const facts: [string, string | undefined][] = [
    ["operation", operation.id],
    ["what", `${request.procedure} of ${operation.target} to ${request.image}`],
    ["who", `${operation.requestedBy.name}, ${operation.requestedAt}`],
    ["status", `${operation.status}, site ${operation.site}`],
    ["now", isSettled(operation.status) ? undefined : operation.progress],
    ["waits for", waitingFor && `${waitingFor.for}${waitingFor.until ? ` until ${waitingFor.until}` : ""}`],
    ["decided", decision && `${decision.decision} by ${decision.by.name}, ${decision.at}`],
    ["not before", request.notBefore],
    ["forecast", forecast && !window.closingAt ? `closed for ${windowInWords(forecast)}` : undefined],
    ["window", windowAsText(window, forecast)],
    ["open by", openByAsText(operation)],
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
    ...warnings(operation),
    ...(phases.length > 0 ? ["", ...columns(phases)] : []),
    ...operation.missed.map((each) => `\n${missedLine(each)}`),
    ...operation.leftovers.map(({ what, fix }) => `\nleft behind: ${what}\n  ${fix}`),
    ...(waitingFor || operation.status === "held"
      ? [
          "",
          `Decide: POST ${operationHref(operation.id)}/decisions {"decision":${waitingFor?.for === "start" ? '"cancel"' : '"proceed"|"rollback"|"cancel"'}}`,
        ]
      : []),
  ];
  return `${lines.join("\n")}\n`;
}

function windowAsText({ closingAt, openedAt }: OperationState["window"], forecast?: Forecast): string | undefined {
  if (!closingAt) return undefined;
  const expected = forecast ? `; expected ${inWords(forecast.window.expectedSeconds * 1_000)}` : "";
  if (!openedAt) return `since ${timeOfDay(closingAt)}${expected}`;
  return `${timeOfDay(closingAt)} to ${timeOfDay(openedAt)}, ${elapsed(closingAt, openedAt)}${expected}`;
}

/** Past the point of no return nothing is done about the time any more, so it must be seen. */
function openByAsText({ request: { mustOpenBy }, window: { openedAt } }: OperationState): string | undefined {
  if (mustOpenBy === undefined) return undefined;
  const late = openedAt !== undefined && Date.parse(openedAt) > Date.parse(mustOpenBy);
  return `${mustOpenBy}${late ? `, OPENED ${elapsed(mustOpenBy, openedAt)} LATER` : ""}`;
}

/** Nobody stops for a warning, so nobody may overlook one. */
function warnings({ checks }: OperationState): string[] {
  const warned = checks.filter(({ outcome }) => outcome === "warned");
  if (warned.length === 0) return [];
  return [
    "",
    `${warned.length} preflight ${warned.length === 1 ? "WARNING" : "WARNINGS"}`,
    ...warned.flatMap((check) => hanging(" ", checkLine(check), 3)),
  ];
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
