import { randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";

/** Where random identifiers come from, injected so that tests know them beforehand. */
export type Ids = {
  /** So many random hexadecimal digits, in lower case. */
  hex(digits: number): string;
};

export const randomIds: Ids = {
  hex: (digits) =>
    randomBytes(Math.ceil(digits / 2))
      .toString("hex")
      .slice(0, digits),
};

/**
 * `op-20260115-020000-3f9a2c`: the moment in UTC and six random digits, so ids sort by time. The form is valid wherever the id is used:
 * as the name of a durable execution, an ECS client token and `startedBy`, a tag's value, and inside an RDS snapshot's identifier,
 * which allows letters, digits and single hyphens only.
 */
export function newOperationId(clock: Clock, ids: Ids): string {
  const [date = "", time = ""] = new Date(clock.now()).toISOString().split("T");
  return `op-${date.replaceAll("-", "")}-${time.slice(0, 8).replaceAll(":", "")}-${ids.hex(6)}`;
}

export const operationIdPattern: RegExp = /^op-\d{8}-\d{6}-[0-9a-f]{6}$/;
export const isOperationId = (text: string): boolean => operationIdPattern.test(text);
