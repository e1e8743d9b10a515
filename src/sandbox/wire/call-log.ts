import type { EventLog } from "../cloud/event-log.ts";
import { mapMembers } from "./map-members.ts";
import type { EndpointOptions } from "./server.ts";
import type { Identity } from "./sigv4.ts";

/** Appends every call to the event log, under the ARN of who signed it; "anonymous" where nobody did. */
export function logCalls(log: EventLog, callerArn: (identity: Identity) => string): EndpointOptions["observe"] {
  return ({ service, operation, identity, parameters, outcome, fault }) => {
    log.append({
      kind: "call",
      service,
      operation,
      caller: identity ? callerArn(identity) : "anonymous",
      parameters: readable(parameters),
      outcome,
      ...(fault && { fault }),
    });
  };
}

/** Bytes as text, since a log is read by people and written as JSON. */
function readable(value: unknown): unknown {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== "object" || value === null) return value;
  return mapMembers(value, readable);
}
