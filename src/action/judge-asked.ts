import type { Waiting } from "../operations/event.ts";
import { waitingLine } from "../operations/event-line.ts";
import type { Answered, Bypass } from "./answered.ts";
import type { Verdict } from "./verdict.ts";
import { waysOf } from "./ways-to-decide.ts";
import { capital, siteInWords, work } from "./words.ts";

/** An operation that asks what the step was to wait for: what is true meanwhile, how to look at it, and how to answer. */
export function judgeAsked(
  operation: Answered,
  { bypass, operationUrl }: { bypass: Bypass | undefined; operationUrl: string | undefined },
): Verdict {
  const { id, target, waitingFor } = operation;
  const isWork = waitingFor?.for === "maintenance";
  const ways = waysOf(operation).filter(({ decision }) => !isWork || decision !== "cancel");
  const answer = isWork ? "maintenance-end" : "decide";
  return {
    ok: true,
    title: isWork
      ? `${target} is ready for the work on its one node`
      : `${capital(work(operation))} waits for a decision`,
    message: [...timeLeft(waitingFor, isWork), siteInWords(operation)].join(" "),
    next: [
      ...(bypass ? [howToPass(bypass)] : []),
      `${isWork ? "When the work is done" : "To answer"}, run a step of procedure: ${answer} with operation-id: ${id}${operationUrl ? `, or POST ${operationUrl}/decisions` : ""}. What can be decided`,
      ...ways.map(({ decision, does, discards, data }) => {
        const confirm = discards ? ` (with discards-from: ${discards.from})` : "";
        return `decision: ${decision}${confirm}${data ? ` (with data: ${data})` : ""}, which ${does}`;
      }),
    ],
  };
}

function timeLeft(waiting: Waiting | undefined, isWork: boolean): string[] {
  if (!waiting) return [];
  if (!isWork) return [`It ${waitingLine(waiting)}.`];
  const { until, otherwise } = waiting;
  return until === undefined ? [] : [`There is time until ${until}${otherwise ? `; then ${otherwise}` : ""}.`];
}

function howToPass({ url, header, cidrs }: Bypass): string {
  const networks = cidrs.length > 0 ? `, and from ${cidrs.join(", ")} without it` : "";
  return `Reach it at ${url} with the header ${header.name}, whose masked value is in the output bypass-header${networks}`;
}
