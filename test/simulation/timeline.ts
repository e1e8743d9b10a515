import type { OperationEvent } from "../../src/operations/event.ts";
import { windowInWords } from "../../src/operations/forecast.ts";
import type { OperationRequest } from "../../src/operations/operation.ts";

/** An operation's events as a person reads them, by seconds since it was requested. */
export function timeline(events: OperationEvent[]): string {
  const began = Date.parse(events[0]!.at);
  return `${events.map((event) => `${((Date.parse(event.at) - began) / 1_000).toFixed(1).padStart(8)}  ${describe(event)}`).join("\n")}\n`;
}

function describe(event: OperationEvent): string {
  switch (event.type) {
    case "requested":
      return `requested by ${event.requestedBy.name}: ${event.request.procedure} of ${event.target}${particulars(event.request)}`;
    case "phase-started":
      return `── ${event.phase}`;
    case "phase-finished":
      return `   ${event.phase} ${event.outcome}`;
    case "check":
      return `   ${event.check.outcome} ${event.check.name}: ${event.check.found}`;
    case "forecast":
      return `   forecast: closed for ${windowInWords(event.forecast)}`;
    case "mutation":
      return `   ${event.mutation.service}:${event.mutation.operation}  ${event.mutation.summary}`;
    case "progress":
      return `   … ${event.message}`;
    case "nodes":
      return `   nodes ${event.when}: ${event.nodes.map(({ service, imageDigest }) => `${service} ${imageDigest?.slice(0, 10)}`).join(", ")}`;
    case "held":
      return `HELD ${event.problem.code}: ${event.problem.message}`;
    case "finished":
      return `FINISHED ${event.status}${event.problem ? ` (${event.problem.code})` : ""}`;
    case "decided":
      return `   decided by ${event.by.name}: ${event.decision}`;
    case "missed":
      return `   missed: ${event.what}${event.due.length ? `, due ${event.due.join(", ")}` : ""}. By hand: ${event.byHand}`;
    case "leftover":
      return `   left: ${event.what}`;
    case "started":
    case "closing-started":
    case "closed":
    case "page-was-gone":
    case "opening-started":
    case "opened":
      return `   ${event.type}`;
    case "quiet":
      return "   every container has ended";
    case "snapshot-available":
      return `   snapshot ${event.snapshot} is available`;
    case "point-of-no-return-passed":
      return "══ point of no return";
    case "leader-started":
      return "   the leader was started";
    case "verified":
      return `   verified: version ${event.version}`;
    case "waiting":
      return `   waits for ${event.for}${event.otherwise ? `; when the time is up: ${event.otherwise}` : ""}`;
    case "waited":
      return "   the time has come";
    case "taken-over":
      return `══ taken over, epoch ${event.epoch}: ${event.why}`;
    case "going-back":
      return `══ goes back${event.snapshot ? ` to ${event.snapshot}` : ""}: ${event.why}`;
    case "database-restored":
      return [
        `   restored ${event.snapshot} as ${event.database} at ${event.address}${event.aside ? `, the data before as ${event.aside}` : ""}`,
        ...event.different.map(
          ({ what, before, now }) => `            different: ${what}, ${before} before, ${now} now`,
        ),
        ...event.tell.map((each) => `            to tell: ${each}`),
      ].join("\n");
    case "discarded":
      return `   writes are thrown away from ${event.from} to ${event.to}`;
  }
}

function particulars(request: OperationRequest): string {
  switch (request.procedure) {
    case "upgrade":
      return ` to ${request.image}`;
    case "rollback":
      return ` takes back ${request.of}`;
    case "first-start":
      return request.pause ? " with a pause" : "";
    case "maintenance":
      return ` with traffic ${request.traffic}, within ${request.within}, otherwise ${request.otherwise}`;
  }
}
