import type { OperationEvent, Problem } from "../operations/event.ts";
import { eventLine } from "../operations/event-line.ts";
import type { Identity, Node, OperationRequest, ProcedureName } from "../operations/operation.ts";
import { type Announcement, LONGEST_LIST, LONGEST_NAME, LONGEST_TEXT } from "./announcement-schema.ts";
import { cut } from "./cut.ts";

/** An event with what it is about. */
export type Told = { operation: string; target: string; procedure: ProcedureName; event: OperationEvent };

/** What the bus is told of an event. */
export function announcementOf({ operation, target, procedure, event }: Told): Announcement {
  const { seq, at } = event;
  const about = { version: 1, operation: name(operation), target: name(target), procedure, seq, at } as const;
  return { ...about, summary: text(eventLine(event) ?? event.type), ...particulars(event) };
}

type Particulars = Announcement extends infer Each
  ? Each extends Announcement
    ? Omit<Each, "version" | "operation" | "target" | "procedure" | "seq" | "at" | "summary">
    : never
  : never;

function particulars(event: OperationEvent): Particulars {
  const { type } = event;
  switch (type) {
    case "started":
    case "closing-started":
    case "closed":
    case "page-was-gone":
    case "opening-started":
    case "opened":
    case "waited":
      return { type };
    case "requested":
      return { type, by: who(event.requestedBy), request: requestOf(event.request) };
    case "phase-started":
      return { type, phase: event.phase };
    case "phase-finished":
      return { type, phase: event.phase, outcome: event.outcome };
    case "check": {
      const { outcome, expected, found, fix } = event.check;
      return {
        type,
        check: {
          name: name(event.check.name),
          outcome,
          expected: text(expected),
          found: text(found),
          ...optional("fix", fix, text),
        },
      };
    }
    case "forecast": {
      const { window, closesAt, opensAt, opensAtWorst } = event.forecast;
      const { expectedSeconds, worstSeconds } = window;
      return { type, forecast: { window: { expectedSeconds, worstSeconds }, closesAt, opensAt, opensAtWorst } };
    }
    case "mutation": {
      const { phase, service, operation, resource } = event.mutation;
      return {
        type,
        mutation: { phase, service: name(service), operation: name(operation), resource: text(resource) },
      };
    }
    case "progress":
      return { type, phase: event.phase, message: text(event.message) };
    case "quiet":
      return { type, stoppedAt: event.stoppedAt };
    case "snapshot-available":
      return { type, snapshot: name(event.snapshot), createdAt: event.createdAt };
    case "point-of-no-return-passed":
      return { type, ...optional("snapshot", event.snapshot, name) };
    case "leader-started":
      return { type, taskArn: name(event.taskArn) };
    case "verified":
      return { type, taskArn: name(event.taskArn), ...optional("applicationVersion", event.version, name) };
    case "nodes":
      return { type, when: event.when, nodes: counted(event.nodes) };
    case "waiting":
      return {
        type,
        question: event.for,
        ...(event.until !== undefined && { until: event.until }),
        ...optional("otherwise", event.otherwise, text),
      };
    case "taken-over":
      return { type, epoch: event.epoch, why: text(event.why) };
    case "going-back":
      return { type, why: text(event.why), ...optional("snapshot", event.snapshot, name) };
    case "database-restored": {
      const { snapshot, database, address, aside } = event;
      return {
        type,
        snapshot: name(snapshot),
        database: name(database),
        address: name(address),
        ...optional("aside", aside, name),
      };
    }
    case "discarded":
      return { type, from: event.from, to: event.to };
    case "decided":
      return {
        type,
        decision: event.decision,
        by: who(event.by),
        ...optional("comment", event.comment, text),
        ...optional("discardsFrom", event.discards?.from, name),
        ...(event.data && { data: event.data }),
      };
    case "missed":
      return { type, what: text(event.what), due: event.due.slice(0, LONGEST_LIST), byHand: text(event.byHand) };
    case "leftover":
      return { type, what: text(event.what), fix: text(event.fix) };
    case "held":
      return { type, problem: problemOf(event.problem) };
    case "finished":
      return { type, status: event.status, ...(event.problem && { problem: problemOf(event.problem) }) };
  }
}

const text = (value: string): string => cut(value, LONGEST_TEXT);
const name = (value: string): string => cut(value, LONGEST_NAME);

const optional = <Name extends string>(
  member: Name,
  value: string | undefined,
  limited: (value: string) => string,
): Partial<Record<Name, string>> =>
  (value === undefined ? {} : { [member]: limited(value) }) as Partial<Record<Name, string>>;

const who = ({ kind, ...identity }: Identity) => ({ kind, id: name(identity.id), name: name(identity.name) });

const problemOf = ({ code, message, hint }: Problem) => ({
  code: name(code),
  message: text(message),
  ...optional("hint", hint, text),
});

function requestOf(request: OperationRequest) {
  return {
    ...("image" in request && { image: name(request.image) }),
    ...("of" in request && { of: name(request.of) }),
    ...("traffic" in request && { traffic: request.traffic }),
    ...optional("notBefore", request.notBefore, name),
    ...optional("mustOpenBy", request.mustOpenBy, name),
    ...optional("comment", request.comment, text),
  };
}

function counted(nodes: readonly Node[]) {
  const alike = Map.groupBy(nodes, ({ service, image, version }) => JSON.stringify([service, image, version]));
  return [...alike.values()].slice(0, LONGEST_LIST).flatMap(([first, ...others]) => {
    if (!first) return [];
    const { service, image, version } = first;
    const count = 1 + others.length;
    return [{ service: name(service), image: name(image), ...optional("version", version, name), count }];
  });
}
