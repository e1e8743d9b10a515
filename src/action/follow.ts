import type { OperationEvent } from "../operations/event.ts";
import { type Answered, isOver } from "./answered.ts";
import type { Client } from "./client.ts";
import { isPassing } from "./errors.ts";
import type { Patience } from "./retry.ts";

export type FollowOptions = Patience & {
  client: Client;
  /**
   * The operation's version when it was decided by this step; 0 where nothing was. Events up to it are not told, and an operation that was held then
   * is not over before a run took it over.
   */
  after: number;
  /** Whether the step ends here though the operation goes on. */
  endsAt: (state: Answered) => boolean;
  onEvent: (event: OperationEvent) => void;
  onState: (state: Answered) => void;
};
export type FollowEnd = "over" | "asked" | "timed-out" | "not-taken-up";

const LONG_POLL_SECONDS = 20;
/** An API that answers at once, with nothing new, is not asked again at once. */
const SHORTEST_ROUND_MS = 2_000;
/** The API records the take-over before it answers a decision, so that only a failure of its own can take longer. */
const TAKEN_UP_WITHIN_MS = 120_000;

/**
 * Tells of every event that is new, until the operation is over, asks what the step waits for, or the time is up. An API that is away does not end it.
 * Throws the signal's reason at once when it aborts.
 */
export async function follow(operation: Answered, options: FollowOptions): Promise<FollowEnd> {
  const { client, after, endsAt, onEvent, onState, ...patience } = options;
  const { clock, signal, until } = patience;
  const takenUpBy = clock.now() + TAKEN_UP_WITHIN_MS;
  let state = operation;
  let told = after;
  let heldAnew = after === 0;
  try {
    for (;;) {
      signal.throwIfAborted();
      while (told < state.version) {
        const events = await client.events(state.id, told, patience);
        for (const event of events.filter((event) => event.seq > told)) {
          onEvent(event);
          told = event.seq;
          if (event.type === "held") heldAnew = true;
        }
        if (events.length === 0) break;
      }
      const ignored = state.status === "held" && !heldAnew;
      if (isOver(state) && !ignored) return "over";
      if (endsAt(state)) return "asked";
      const now = clock.now();
      if (ignored && now >= takenUpBy) return "not-taken-up";
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
