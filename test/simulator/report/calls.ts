import type { CallSeen } from "../result.ts";

const SHORT: Record<string, string> = {
  "Elastic Load Balancing v2": "ELB",
  "Application Auto Scaling": "Scaling",
};

/** A call as a table has room for it. */
export const shortly = ({ service, operation }: Pick<CallSeen, "service" | "operation">): string =>
  `${SHORT[service] ?? service}:${operation}`;

/** The kinds of fault, each with the letter that a table has for it. */
export const faultLetters = {
  throttle: "t",
  "internal-error": "i",
  "time-out": "o",
  reset: "r",
  lost: "l",
  slow: "s",
} as const;
export type FaultKind = keyof typeof faultLetters;
export const faultKinds = Object.keys(faultLetters) as FaultKind[];
