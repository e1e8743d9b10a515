import type { SandboxEvent } from "../../src/sandbox/cloud/event-log.ts";

export type EventOf<Kind extends SandboxEvent["kind"]> = Extract<SandboxEvent, { kind: Kind }>;

export const ofKind = <Kind extends SandboxEvent["kind"]>(
  events: readonly SandboxEvent[],
  kind: Kind,
): EventOf<Kind>[] => events.filter((event): event is EventOf<Kind> => event.kind === kind);

export const atMs = ({ at }: { at: string }): number => Date.parse(at);

export type Call = EventOf<"call"> & { parameters: Record<string, unknown> };

const READS = /^(Describe|List|Get|Query|BatchGet|Scan)/;

/** The successful calls that change something in AWS, made under a role. What a runbook writes down for itself is none. */
export const changesBy = (events: readonly SandboxEvent[], role: string): Call[] =>
  ofKind(events, "call").filter(
    ({ caller, service, operation, outcome }) =>
      caller.includes(`/${role}/`) && outcome === "ok" && service !== "DynamoDB" && !READS.test(operation),
  ) as Call[];
