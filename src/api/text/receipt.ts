import { decidedLine, missedLine, nodesInWords } from "../../operations/event-line.ts";
import { isActive } from "../../operations/operation.ts";
import type { Receipt } from "../../operations/receipt.ts";
import { wordsFor } from "../../operations/request-words.ts";
import { inWords } from "../../targets/duration.ts";
import { type Omitted, omittedInWords } from "../within-answer.ts";
import { columns, timeOfDay } from "./columns.ts";
import { type Facts, factsAsText } from "./facts.ts";
import { hanging } from "./wrap.ts";

/** A receipt to paste into the change record. */
export function receiptAsText(receipt: Receipt & { omitted?: Omitted }): string {
  const { window, snapshot, problem } = receipt;
  const facts: Facts = [
    ["receipt of", `${wordsFor(receipt.request)}, on ${receipt.target} (${receipt.operation})`],
    ["outcome", receipt.outcome],
    ["problem", problem && `${problem.code}: ${problem.message}`],
    ["requested", `${receipt.requestedAt} by ${receipt.requestedBy.name}`],
    [isActive(receipt.outcome) ? "as of" : "ended", receipt.endedAt],
    ["closed", window.closedAt && `${timeOfDay(window.closingAt)} to ${timeOfDay(window.openedAt) || "now"}`],
    ["downtime", window.downtimeMs === undefined ? undefined : inWords(window.downtimeMs)],
    ["quiet since", receipt.quietAt],
    ["snapshot", snapshot && `${snapshot.id}, ${snapshot.createdAt}`],
    ["verified", receipt.verifiedVersion],
    ["nodes before", nodesInWords(receipt.nodes.before)],
    ["nodes after", nodesInWords(receipt.nodes.after)],
    ["left out", omittedInWords(receipt.omitted)],
    ...past(receipt),
  ];
  const lines = [
    ...factsAsText(facts),
    "",
    ...columns(
      receipt.phases.map(({ phase, startedAt, durationMs }) => [
        ` ${phase}`,
        timeOfDay(startedAt),
        durationMs === undefined ? "" : inWords(durationMs),
      ]),
    ),
    ...(receipt.decisions.length + receipt.takeovers.length > 0 && receipt.phases.length > 0 ? [""] : []),
    ...receipt.decisions.map((decision) => `${decidedLine(decision)}, ${decision.at}`),
    ...receipt.takeovers.map(({ at, epoch, why }) => `taken over: ${at}, epoch ${epoch}: ${why}`),
    ...receipt.missed.map(missedLine),
    ...restored(receipt),
    ...inCode(receipt),
    ...receipt.leftovers.map(({ what, fix }) => `left behind: ${what}. ${fix}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** What only an operation that went back, or that people worked in, has to say. */
function past({ outcome, goingBack, discarded, bypass }: Receipt): [string, string | undefined][] {
  return [
    ["went back", goingBack && `${goingBack.at}: ${goingBack.why}`],
    ...discarded.map(({ from, to }): [string, string] => ["discarded", `what was written from ${from} to ${to}`]),
    [
      "bypass",
      bypass?.header &&
        (isActive(outcome)
          ? `the header ${bypass.header}, with the value that ${bypass.ask} answers to whoever may decide`
          : `the header ${bypass.header} led past the page, with a value that is good no more`),
    ],
    ["bypass from", bypass && bypass.sources.length > 0 ? bypass.sources.join(", ") : undefined],
  ];
}

function restored({ restored }: Receipt): string[] {
  if (!restored) return [];
  const { snapshot, database, address, aside, different } = restored;
  return [
    "",
    `RESTORED from ${snapshot}: ${database} at ${address}`,
    ...(aside
      ? hanging("  ", `The data as it was before that is kept as ${aside}. Delete it when nobody needs it any more.`)
      : []),
    ...different.flatMap(({ what, before, now }) => hanging("  ! ", `${what}: was ${before}, is ${now}`)),
  ];
}

function inCode({ infrastructureAsCode }: Receipt): string[] {
  if (!infrastructureAsCode) return [];
  const { image, database, tell } = infrastructureAsCode;
  const lines = [
    ...(image ? [`The image is ${image}`] : []),
    ...(database ? [`The database is ${database.identifier}, at ${database.address}`] : []),
    ...tell,
  ];
  return ["", "THE INFRASTRUCTURE'S CODE MUST NOW SAY", ...lines.flatMap((line) => hanging("  - ", line))];
}
