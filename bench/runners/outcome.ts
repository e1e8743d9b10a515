/** What came of one upgrade by one runner. `calls` are everybody's in the cloud's log under the roles that the runner used. */
export type RunnerOutcome = {
  /** Undefined where it went well. */
  failure?: string;
  /** Durable operations and what the function was charged for; of ours only. */
  engine?: EngineUse;
};

export type EngineUse = {
  steps: number;
  conditions: number;
  suspensions: number;
  contexts: number;
  callbacks: number;
  /** How long the function ran: all the time but while it was suspended. */
  activeMs: number;
};
