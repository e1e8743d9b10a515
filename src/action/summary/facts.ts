import { decidedLine, restoredLine, waitingLine } from "../../operations/event-line.ts";
import { roundedTime, windowInWords } from "../../operations/forecast.ts";
import { wordsFor } from "../../operations/request-words.ts";
import type { OperationState } from "../../operations/state.ts";
import { inWords } from "../../targets/duration.ts";
import { code, plain, table } from "../markdown.ts";
import { windowMs } from "../outcome.ts";
import { spanInWords, timeInWords } from "./times.ts";

/** What is known of the operation in a few lines. */
export function facts(operation: OperationState): string {
  const { request, requestedBy, waitingFor, pointOfNoReturnAt, goingBack } = operation;
  const rows: [string, string | undefined][] = [
    ["Operation", code(operation.id)],
    ["Status", code(operation.status)],
    ["Waits", waitingFor && plain(waitingLine(waitingFor))],
    ["Requested", `${timeInWords(operation.requestedAt)} by ${plain(requestedBy.name)}`],
    ["What", plain(wordsFor(request))],
    ["Window", windowOf(operation)],
    ["Expected", expected(operation)],
    ["Not before", request.notBefore && plain(request.notBefore)],
    ["Must open by", mustOpenBy(operation)],
    ["Version", operation.verifiedVersion && code(operation.verifiedVersion)],
    ["Point of no return", pointOfNoReturnAt && timeInWords(pointOfNoReturnAt)],
    ["Snapshot", operation.snapshot && code(operation.snapshot)],
    [
      "Decided",
      operation.decision && `${plain(decidedLine(operation.decision))}, ${timeInWords(operation.decision.at)}`,
    ],
    ["Going back since", goingBack && `${timeInWords(goingBack.at)}: ${plain(goingBack.why)}`],
    ["Database", operation.restored && plain(restoredLine(operation.restored))],
    ["Thrown away", thrownAway(operation)],
    ["Comment", request.comment && plain(request.comment)],
  ];
  return table(
    ["", ""],
    rows.flatMap(([name, value]) => (value ? [[`**${name}**`, value]] : [])),
  );
}

function windowOf(operation: OperationState): string | undefined {
  const { closingAt, openedAt } = operation.window;
  const closedFor = windowMs(operation);
  if (closingAt === undefined) return undefined;
  if (closedFor === undefined || openedAt === undefined) return `since ${timeInWords(closingAt)}, not over`;
  return `${inWords(closedFor)}: ${spanInWords(closingAt, openedAt)}`;
}

/** When it opens is worth saying only while it does not. */
function expected({ forecast, window, status }: OperationState): string | undefined {
  if (!forecast) return undefined;
  const goesOn = ["pending", "running", "waiting"].includes(status) && window.openedAt === undefined;
  const opens = goesOn ? `, open again at about ${roundedTime(Date.parse(forecast.opensAt))}` : "";
  return `closed for ${windowInWords(forecast)}${opens}`;
}

function mustOpenBy({ request, window: { openedAt } }: OperationState): string | undefined {
  if (!request.mustOpenBy) return undefined;
  const lateMs = openedAt === undefined ? 0 : Date.parse(openedAt) - Date.parse(request.mustOpenBy);
  return `${plain(request.mustOpenBy)}${lateMs > 0 ? `: ❌ opened ${inWords(lateMs)} later` : ""}`;
}

const thrownAway = ({ discarded = [] }: Partial<Pick<OperationState, "discarded">>): string | undefined =>
  discarded.map(({ from, to }) => `what was written from ${timeInWords(from)} to ${timeInWords(to)}`).join("; ") ||
  undefined;
