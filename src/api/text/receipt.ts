import { missedLine, nodesInWords } from "../../operations/event-line.ts";
import type { Receipt } from "../../operations/receipt.ts";
import { inWords } from "../../targets/duration.ts";
import { columns, timeOfDay } from "./columns.ts";

/** A receipt to paste into the change record. */
export function receiptAsText(receipt: Receipt): string {
  const { window, snapshot, problem } = receipt;
  const facts: [string, string | undefined][] = [
    [
      "receipt of",
      `${receipt.request.procedure} of ${receipt.target} to ${receipt.request.image} (${receipt.operation})`,
    ],
    ["outcome", receipt.outcome],
    ["problem", problem && `${problem.code}: ${problem.message}`],
    ["requested", `${receipt.requestedAt} by ${receipt.requestedBy.name}`],
    ["ended", receipt.endedAt],
    ["closed", window.closedAt && `${timeOfDay(window.closingAt)} to ${timeOfDay(window.openedAt) || "now"}`],
    ["downtime", window.downtimeMs === undefined ? undefined : inWords(window.downtimeMs)],
    ["quiet since", receipt.quietAt],
    ["snapshot", snapshot && `${snapshot.id}, ${snapshot.createdAt}`],
    ["verified", receipt.verifiedVersion],
    ["nodes before", nodesInWords(receipt.nodes.before)],
    ["nodes after", nodesInWords(receipt.nodes.after)],
    [
      "in code",
      receipt.infrastructureAsCode && `the infrastructure must now say ${receipt.infrastructureAsCode.image}`,
    ],
  ];
  const lines = [
    ...columns(facts.flatMap(([name, fact]) => (fact === undefined ? [] : [[name, fact]]))),
    "",
    ...columns(
      receipt.phases.map(({ phase, startedAt, durationMs }) => [
        ` ${phase}`,
        timeOfDay(startedAt),
        durationMs === undefined ? "" : inWords(durationMs),
      ]),
    ),
    ...receipt.decisions.map(({ decision, by, at }) => `decided: ${decision} by ${by.name}, ${at}`),
    ...receipt.missed.map(missedLine),
    ...receipt.leftovers.map(({ what, fix }) => `left behind: ${what}. ${fix}`),
  ];
  return `${lines.join("\n")}\n`;
}
