import type { Cost } from "../../test/load/meter.ts";

/** What came of one upgrade by one runner. What it did to the cloud is in the cloud's log. */
export type RunnerOutcome = {
  /** Undefined where it went well. */
  failure?: string;
  /** From its begin to its end, with everything before the window and after. */
  tookMs: number;
  /** Of ours only. */
  engine?: EngineUse;
};

/** What the engine under ours was charged for. */
export type EngineUse = {
  /** As durable functions charge them: a step is one, and so are a part with a name, a condition, and each suspension of a condition. */
  operations: number;
  /** How often the function was invoked: at first, and after each suspension. */
  invocations: number;
  /** How long it ran: all the time but while it was suspended. */
  activeMs: number;
  tookMs: number;
  /** What was remembered of all results. */
  bytesWritten: number;
  dynamo: Cost;
};
