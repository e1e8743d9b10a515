import type { OperationEvent } from "./event.ts";
import { apply, fold, type OperationState } from "./state.ts";

/** How many operations one process remembers, and how many of their events: those of the longest logs fill some tens of megabytes. */
const OPERATIONS = 500;
const EVENTS = 20_000;

/**
 * What a process knows of an operation: its state, and an unbroken stretch of the log that ends where the state is. Events never change and never
 * go, so it only ever grows, and two reads that end in either order leave the same.
 */
export type KnownLog = {
  readonly state: OperationState;
  /** How many events before the stretch are not known. */
  readonly missing: number;
  /** How many are. */
  readonly count: number;
  /** The known events with a number above `after`, oldest first. */
  after(after: number): OperationEvent[];
  /** The first event of a log that is known from its begin, and whether such a log has a key. */
  first(): OperationEvent | undefined;
  has(key: string): boolean;
  /** Takes what follows the stretch; what is known already is passed over. */
  append(events: readonly OperationEvent[]): void;
  /** Takes what comes right before the stretch; what is known already is passed over. */
  prepend(events: readonly OperationEvent[]): void;
};

/** Of a whole log; undefined where it has no events. */
export function wholeLog(id: string, events: readonly OperationEvent[]): KnownLog | undefined {
  const state = fold(id, events);
  return state && knownLog(state, [...events]);
}

/** From `state` on, and nothing before it: `events` are the last ones that it is made of. */
export function knownLog(state: OperationState, events: OperationEvent[] = []): KnownLog {
  let keys: Set<string> | undefined;
  const missing = () => state.version - events.length;
  return {
    get state() {
      return state;
    },
    get missing() {
      return missing();
    },
    get count() {
      return events.length;
    },
    after: (after) => events.slice(Math.max(0, after - missing())),
    first: () => (missing() === 0 ? events[0] : undefined),
    has(key) {
      keys ??= new Set(events.map((event) => event.key));
      return keys.has(key);
    },
    append(following) {
      for (const event of following) {
        if (event.seq !== state.version + 1) continue;
        state = apply(state, event);
        events.push(event);
        keys?.add(event.key);
      }
    },
    prepend(earlier) {
      const before = earlier.filter(({ seq }) => seq <= missing());
      if (before.at(-1)?.seq !== missing()) return;
      events = [...before, ...events];
      keys = undefined;
    },
  };
}

/** The logs that a process remembers: those that were looked at last. */
export function createKnownLogs(): {
  get(id: string): KnownLog | undefined;
  put(id: string, log: KnownLog): void;
} {
  const logs = new Map<string, KnownLog>();
  const get = (id: string) => {
    const log = logs.get(id);
    if (log) {
      logs.delete(id);
      logs.set(id, log);
    }
    return log;
  };
  /** The one that was looked at last stays whatever it weighs: a writer needs it whole. */
  function forget(): void {
    let events = [...logs.values()].reduce((sum, { count }) => sum + count, 0);
    for (const [id, { count }] of logs) {
      if ((events <= EVENTS && logs.size <= OPERATIONS) || logs.size === 1) return;
      events -= count;
      logs.delete(id);
    }
  }
  return {
    get,
    put(id, log) {
      logs.set(id, log);
      forget();
    },
  };
}
