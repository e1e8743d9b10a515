import type { Missed, OperationEvent, Restored, Waiting } from "./event.ts";
import { windowInWords } from "./forecast.ts";
import type { CheckResult, DataAcknowledged, Decision, Discard, Node } from "./operation.ts";
import { questionInWords } from "./questions.ts";
import { wordsFor } from "./request-words.ts";

/** An event in one line, for people. Undefined for what an API newer than this action may tell. */
export function eventLine(event: OperationEvent): string | undefined {
  switch (event.type) {
    case "requested":
      return `${event.target}: ${wordsFor(event.request)}, requested by ${event.requestedBy.name}`;
    case "started":
      return "the runbook took over";
    case "phase-started":
      return `${event.phase} begins`;
    case "phase-finished":
      return `${event.phase} ${event.outcome}`;
    case "check":
      return checkLine(event.check);
    case "forecast":
      return `forecast: closed for ${windowInWords(event.forecast)}`;
    case "mutation":
      return `${event.mutation.service} ${event.mutation.operation}: ${event.mutation.summary}`;
    case "progress":
      return event.message;
    case "closing-started":
      return "the site closes: the window begins";
    case "closed":
      return "closed: every address of the load balancer answers with the page";
    case "page-was-gone":
      return "the page was gone: what visitors may have written past it is thrown away by no way back that does not say so";
    case "quiet":
      return `quiet: the last container stopped at ${event.stoppedAt}`;
    case "snapshot-available":
      return `snapshot ${event.snapshot} is available`;
    case "point-of-no-return-passed":
      return `point of no return: from here on the data may be changed; ${event.snapshot ? `${event.snapshot} has it as it was` : "there is no snapshot"}`;
    case "leader-started":
      return `the leader started: ${taskId(event.taskArn)}`;
    case "verified":
      return `verified${event.version ? `: the leader reports version ${event.version}` : ""}`;
    case "opening-started":
      return "the site opens";
    case "opened":
      return "open: the application answers the public, the window is over";
    case "nodes":
      return `nodes ${event.when}: ${nodesInWords(event.nodes)}`;
    case "waiting":
      return waitingLine(event);
    case "waited":
      return "the time is up";
    case "taken-over":
      return `another run takes over (epoch ${event.epoch}): ${event.why}`;
    case "going-back":
      return `going back${event.snapshot ? ` to the snapshot ${event.snapshot}` : ", on the data as it was found"}: ${event.why}`;
    case "database-restored":
      return restoredLine(event);
    case "discarded":
      return `thrown away: what was written from ${event.from} to ${event.to}`;
    case "decided":
      return decidedLine(event);
    case "missed":
      return missedLine(event);
    case "leftover":
      return `left behind: ${event.what}. ${event.fix}`;
    case "held":
      return `held: ${event.problem.message}`;
    case "finished":
      return `${event.status}${event.problem ? `: ${event.problem.message}` : ""}`;
    default:
      return unknownEvent(event);
  }
}

/** What is waited for, until when, and what happens then. */
export function waitingLine({ for: question, until, otherwise }: Waiting): string {
  if (question === "start") return `waits until ${until}, with the site open and untouched`;
  if (question === "turn") return "waits for its turn, with the site open and untouched: others' windows are under way";
  // An API newer than this action may ask what is not known here.
  const when = (questionInWords as Partial<Record<string, string>>)[question] ?? `(${question})`;
  const up = until ? `. Until ${until}${otherwise ? `, then: ${otherwise}` : ""}` : "";
  return `waits for a decision ${when}${up}`;
}

export const restoredLine = ({ snapshot, database, address, aside }: Restored): string =>
  `the snapshot ${snapshot} is restored as ${database} at ${address}${aside ? `; the data from before is kept as ${aside}` : ""}`;

type Decided = {
  decision: Decision;
  by: { name: string };
  comment?: string;
  discards?: Discard;
  data?: DataAcknowledged;
};
export const decidedLine = ({ decision, by, comment, discards, data }: Decided): string =>
  `${by.name} decided: ${decision}${discards ? `, and that what was written since ${discards.from} is thrown away` : ""}${data ? ", and that it may start on the data as it is" : ""}${comment ? ` (${comment})` : ""}`;

/** How many moments fit into a line. */
const MOST_MOMENTS = 3;

export function missedLine({ what, due, byHand }: Missed): string {
  const more = due.length > MOST_MOMENTS ? ` and ${due.length - MOST_MOMENTS} times more` : "";
  const when = due.length ? `, due ${due.slice(0, MOST_MOMENTS).join(", ")}${more}` : "";
  return `missed: ${what}${when}. By hand: ${byHand}`;
}

export function checkLine(check: CheckResult): string {
  switch (check.outcome) {
    case "passed":
      return `✓ ${check.name}: ${check.found}`;
    case "warned":
      return `! ${check.name}: expected ${check.expected}, found ${check.found}${check.fix ? `. ${check.fix}` : ""}`;
    case "failed":
      return `✗ ${check.name}: expected ${check.expected}, found ${check.found}${check.fix ? `. ${check.fix}` : ""}`;
  }
}

/** `3 × crm:1.9.4 (1.9.4)`, grouped by what they run. */
export function nodesInWords(nodes: readonly Node[]): string {
  if (nodes.length === 0) return "none";
  const groups = Map.groupBy(nodes, (node) => `${node.image}${node.version ? ` (${node.version})` : ""}`);
  return [...groups].map(([image, group]) => `${group.length} × ${image}`).join(", ");
}

const taskId = (arn: string) => arn.split("/").at(-1) ?? arn;

const unknownEvent = (event: never): string | undefined =>
  typeof (event as { type?: unknown }).type === "string" ? (event as { type: string }).type : undefined;
