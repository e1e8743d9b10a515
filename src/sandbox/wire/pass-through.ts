import type { Handle, WireResponse } from "./messages.ts";
import type { Service } from "./service.ts";

/** An awsJson service that is not mounted: its requests go on unread once their signature is checked. */
export type PassThrough = {
  service: Service;
  handle: Handle;
  /** What the event log may know of the call; undefined where the body cannot be read. */
  parameters: (operation: string, body: Uint8Array) => unknown;
};

/** The code of an error that somebody else has written: what follows the `#` of `__type`. */
export function readPassedError({ status, body }: WireResponse): string {
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  return /"__type"\s*:\s*"(?:[^"#]*#)?([^"]+)"/.exec(text)?.[1] ?? `HTTP ${status}`;
}
