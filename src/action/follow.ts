import type { OperationEvent } from "../operations/event.ts";
import { isSettled } from "../operations/operation.ts";
import type { OperationState } from "../operations/state.ts";
import type { Client } from "./client.ts";
import { isPassing } from "./errors.ts";
import type { Patience } from "./retry.ts";

export type FollowOptions = Patience & {
  client: Client;
  onEvent: (event: OperationEvent) => void;
  onState: (state: OperationState) => void;
};

const LONG_POLL_SECONDS = 20;
/** An API that answers at once, with nothing new, is not asked again at once. */
const SHORTEST_ROUND_MS = 2_000;

/** Nothing more happens until a person decides what to do about a held operation, or at all. One that waits for an answer goes on. */
export const isOver = (state: OperationState): boolean => isSettled(state.status);

/**
 * Tells of every event from the first on, until the operation is over or the time is up. An API that is away does not end it. Throws the signal's reason
 * at once when it aborts.
 */
export async function follow(operation: OperationState, options: FollowOptions): Promise<"over" | "timed-out"> {
  const { client, onEvent, onState, ...patience } = options;
  const { clock, signal, until } = patience;
  let state = operation;
  let told = 0;
  try {
    for (;;) {
      signal.throwIfAborted();
      while (told < state.version) {
        const events = await client.events(state.id, told, patience);
        for (const event of events.filter((event) => event.seq > told)) {
          onEvent(event);
          told = event.seq;
        }
        if (events.length === 0) break;
      }
      if (isOver(state)) return "over";
      const now = clock.now();
      if (now >= until) return "timed-out";
      const waitSeconds = Math.min(LONG_POLL_SECONDS, Math.ceil((until - now) / 1_000));
      const next = await client.operation(state.id, patience, { after: state.version, waitSeconds });
      if (next.version === state.version) await clock.sleep(Math.max(0, now + SHORTEST_ROUND_MS - clock.now()), signal);
      state = next;
      onState(state);
    }
  } catch (error) {
    if (!signal.aborted && isPassing(error)) return "timed-out";
    throw error;
  }
}
