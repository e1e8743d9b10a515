import { bypassOf } from "../../operations/bypass.ts";
import { checkLine, decidedLine, missedLine, restoredLine, waitingLine } from "../../operations/event-line.ts";
import { type Forecast, windowInWords } from "../../operations/forecast.ts";
import { isActive, isSettled } from "../../operations/operation.ts";
import { wordsFor } from "../../operations/request-words.ts";
import type { OperationState } from "../../operations/state.ts";
import { decisionBody, NOTHING_TO_DECIDE } from "../../operations/ways-on.ts";
import { inWords } from "../../targets/duration.ts";
import { type AnsweredOperation, type OperationSummary, operationHref } from "../schemas.ts";
import { omittedInWords } from "../within-answer.ts";
import { columns, elapsed, timeOfDay } from "./columns.ts";
import { type Facts, factsAsText } from "./facts.ts";
import { hanging } from "./wrap.ts";

/**
 * An operation as a person at a terminal wants to read it. But for the link to its live page, which is whole where the API's `origin` is
 * known, only what is in its log: the same version reads the same at any time.
 */
export function operationAsText(operation: AnsweredOperation, origin?: string): string {
  const { request, window, waitingFor, problem, decision, forecast } = operation;
  const facts: Facts = [
    ["operation", operation.id],
    ["what", `${wordsFor(request)}, on ${operation.target}`],
    ["who", `${operation.requestedBy.name}, ${operation.requestedAt}`],
    ["status", `${operation.status}, site ${operation.site}`],
    ["now", isSettled(operation.status) ? undefined : operation.progress],
    ["waits", waitingFor && waitingLine(waitingFor).replace(/^waits /, "")],
    ["decided", decision && `${decidedLine(decision)}, ${decision.at}`],
    ["going back", operation.goingBack && `since ${timeOfDay(operation.goingBack.at)}: ${operation.goingBack.why}`],
    ["not before", request.notBefore],
    ["forecast", forecast && !window.closingAt ? `closed for ${windowInWords(forecast)}` : undefined],
    ["window", windowAsText(window, forecast)],
    ["open by", openByAsText(operation)],
    ["snapshot", operation.snapshot],
    ["no return", operation.pointOfNoReturnAt && `since ${timeOfDay(operation.pointOfNoReturnAt)}`],
    ["version", operation.verifiedVersion],
    ["restored", operation.restored && restoredLine(operation.restored)],
    ...operation.discarded.map(({ from, to }): [string, string] => [
      "discarded",
      `what was written from ${from} to ${to}`,
    ]),
    ["bypass", bypassAsText(operation)],
    ["problem", problem && `${problem.code}: ${problem.message}`],
    ["", problem?.hint],
    ["left out", omittedInWords(operation.omitted)],
    ["live", operation.live && `${origin ?? ""}${operation.live}`],
  ];
  const phases = operation.phases.map(({ phase, outcome, startedAt, finishedAt }) => [
    ` ${phase}`,
    outcome ?? "under way",
    timeOfDay(startedAt),
    elapsed(startedAt, finishedAt),
  ]);
  const lines = [
    ...factsAsText(facts),
    ...warnings(operation),
    ...(phases.length > 0 ? ["", ...columns(phases)] : []),
    ...operation.missed.map((each) => `\n${missedLine(each)}`),
    ...operation.leftovers.map(({ what, fix }) => `\nleft behind: ${what}\n  ${fix}`),
    ...decisions(operation),
  ];
  return `${lines.join("\n")}\n`;
}

/** Only while somebody has a reason to get past the page. */
function bypassAsText(operation: OperationState): string | undefined {
  const bypass = isActive(operation.status) && operation.site !== "open" ? bypassOf(operation) : undefined;
  if (!bypass) return undefined;
  const header = bypass.header ? `the header ${bypass.header}, with the value that ${bypass.ask} answers` : undefined;
  const sources = bypass.sources.length > 0 ? `requests from ${bypass.sources.join(", ")}` : undefined;
  return [header, sources].filter(Boolean).join("; ");
}

/** Each with the command line of docs/curl.md that decides so. */
function decisions({ id, status, decisions: ways }: AnsweredOperation): string[] {
  if (status !== "waiting" && status !== "held") return [];
  if (ways.length === 0) return ["", ...hanging("", `${NOTHING_TO_DECIDE}.`)];
  const url = `$INTERMISSION_OPERATOR_URL${operationHref(id)}/decisions`;
  return [
    "",
    "DECIDE",
    ...ways.flatMap((way) => [
      ...hanging(`  ${way.decision}`, `${way.does}${way.by ? `; only by ${way.by}` : ""}`, 12),
      `            intermission "${url}" --json '${decisionBody(way)}'`,
    ]),
  ];
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

export function operationsAsText(
  operations: readonly OperationSummary[],
  unreadable: readonly { id: string; problem: string }[] = [],
): string {
  if (operations.length + unreadable.length === 0) return "No operations.\n";
  const rows = operations.map(({ id, target, what, status, requestedBy }) => [id, status, target, what, requestedBy]);
  const others = unreadable.map(({ id, problem }) => `${id}: ${problem}`);
  return `${[...columns(rows), ...others].join("\n")}\n`;
}
