import type { FunctionError, Invocation } from "../functions.ts";

/** What a worker is told when it starts. */
export type WorkerSettings = {
  bundle: string;
  handler: string;
  functionName: string;
  memoryMb: number;
  /** Who answers DNS questions, as "host:port". */
  resolver?: string;
};

export type ToWorker = { event: unknown; invocation: Invocation };

export type FromWorker =
  | { type: "ready" }
  | { type: "line"; line: string }
  | { type: "returned"; payload: unknown }
  | { type: "threw"; error: FunctionError };
