import type { Answered } from "./answered.ts";
import type { Client } from "./client.ts";
import type { ActionDeps } from "./deps.ts";
import type { Inputs } from "./inputs.ts";
import type { Log } from "./log.ts";
import type { Doing } from "./outcome.ts";
import type { Patience } from "./retry.ts";

/** All that the parts of one run of the step share. */
export type Job = {
  inputs: Inputs;
  deps: ActionDeps;
  client: Client;
  log: Log;
  seen: Seen;
  /** Every state of the operation that the step is with, as it comes. */
  onState: (operation: Answered) => void;
};

/** What a step that is stopped halfway knows. */
export type Seen = {
  doing: Doing;
  operation?: Answered;
};

/** From here on the step is with the operation: what stops the step is no matter of the operation's, but by `on-cancel`. */
export function follows(operation: Answered, { deps, seen, onState }: Pick<Job, "deps" | "seen" | "onState">): void {
  deps.core.saveState("operationId", operation.id);
  deps.core.saveState("following", "true");
  seen.doing = "follow";
  onState(operation);
}

/** How long an API that is away is asked again, while nothing depends on it yet. */
export const PATIENCE_MS = 5 * 60_000;

export function patience({ deps, log }: Pick<Job, "deps" | "log">, forMs: number): Patience {
  const { clock, random, interruption: signal } = deps;
  return { clock, random, signal, until: clock.now() + forMs, onTrouble: log.trouble, onAnswer: log.alive };
}

export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
