import { isSettled } from "../operations/operation.ts";
import { asksPeople } from "../operations/questions.ts";
import type { OperationState } from "../operations/state.ts";
import type { Way } from "../operations/ways-on.ts";

/** An operation as the API answers it. An API older than this action says less. */
export type Answered = OperationState & {
  decisions?: Way[];
  /** Path and query of the live page, below the API's URL. */
  live?: string;
};

/** One of the target's operations, as the list has it. */
export type Listed = {
  id: string;
  procedure: string;
  what: string;
  status: OperationState["status"];
};

/** How the application is reached past the page. */
export type Bypass = { url: string; header: { name: string; value: string }; cidrs: string[] };

/** Nothing more happens until a person decides what to do about a held operation, or at all. One that waits for an answer goes on. */
export const isOver = (state: OperationState): boolean => isSettled(state.status);

/** What it asks people now. The time before `not-before`, or before its turn, asks nothing. */
export function questionOf({ status, waitingFor }: OperationState): string | undefined {
  return status === "waiting" && waitingFor && asksPeople(waitingFor.for) ? waitingFor.for : undefined;
}

export const operationUrlOf = (apiUrl: string, id: string): string =>
  `${apiUrl}/v1/operations/${encodeURIComponent(id)}`;

/** The link for people who wait; undefined where the API gives none. */
export function liveUrlOf(apiUrl: string, { live }: Answered): string | undefined {
  return live !== undefined && /^\/live\/[\w.~%=&?/-]*$/.test(live) ? `${apiUrl}${live}` : undefined;
}
