import type { Clock } from "../../clock.ts";
import type { EventLog } from "./event-log.ts";
import type { Latencies, Quotas, Switches } from "./settings.ts";

/** What every simulated service shares: one account in one region, one clock, one log of what happened. */
export type World = {
  account: string;
  region: string;
  clock: Clock;
  timers: Timers;
  ids: Ids;
  log: EventLog;
  latencies: Latencies;
  switches: Switches;
  /** AWS' defaults, unless given. */
  quotas?: Quotas;
  /** EC2, as far as it is known: private addresses by instance id. Filled as instances join ECS clusters. */
  instances?: Map<string, string>;
};

/** Things that happen later, on the world's clock. */
export type Timers = {
  /** Calls `run` after `ms` milliseconds unless the returned function is called before. */
  after(ms: number, run: () => void): () => void;
  /** Cancels whatever is still to come. */
  clear(): void;
};

/** Identifiers that AWS makes up. Drawn from a seed in simulations, so that one seed gives one history. */
export type Ids = {
  /** `length` lower-case hexadecimal digits. */
  hex(length: number): string;
  /** A number in [0, 1). */
  fraction(): number;
};

export const arn = (world: Pick<World, "region" | "account">, service: string, resource: string): string =>
  `arn:aws:${service}:${world.region}:${world.account}:${resource}`;

/**
 * Timers on setTimeout, which virtual time replaces as a whole (test/virtual-time.ts). What runs later compares the clock with the time
 * that it was due at, and Node's timers, which follow another clock, may fire a millisecond before that: nothing runs early here.
 */
export function createTimers(): Timers {
  const pending = new Map<symbol, NodeJS.Timeout>();
  return {
    after(ms, run) {
      const id = Symbol();
      const dueAt = Date.now() + ms;
      const wait = (restMs: number) => {
        const fire = () => {
          const earlyMs = dueAt - Date.now();
          if (earlyMs >= 1) return wait(earlyMs);
          pending.delete(id);
          run();
        };
        pending.set(id, setTimeout(fire, restMs));
      };
      wait(ms);
      return () => {
        clearTimeout(pending.get(id));
        pending.delete(id);
      };
    },
    clear() {
      for (const timer of pending.values()) clearTimeout(timer);
      pending.clear();
    },
  };
}

/** A small deterministic generator (mulberry32): the same seed gives the same identifiers. */
export function createIds(seed: number): Ids {
  let state = seed >>> 0;
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    fraction,
    hex: (length) => Array.from({ length }, () => Math.floor(fraction() * 16).toString(16)).join(""),
  };
}
