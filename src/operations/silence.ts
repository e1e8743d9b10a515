import { z } from "zod";
import type { ActiveOperation } from "./dynamo-active.ts";
import { isActive, type Phase } from "./operation.ts";
import type { OperationState } from "./state.ts";

/** How much longer than it may be quiet an operation must be for it to count as silent. */
export const SILENCE_MS = 15 * 60_000;
/** A run that waits for a time or a decision with the site open looks by itself once an hour at the latest. */
const LONGEST_SUSPENSION_MS = 3_600_000;
/** What every time-out of a target's configuration is by default at most. */
const LONGEST_TIMEOUT_MS = 3 * 3_600_000;

/**
 * From when on an operation should have said something and did not; undefined where it is fine. A run that works says each wait's end, and a wait
 * ends at its time-out, so it may be quiet for as long as the longest wait of its phase: a snapshot of two hours is no alarm. The price is that
 * a run which died in such a wait is found no sooner.
 */
export function silentSince({ requestedAt, configuration, state }: ActiveOperation, nowMs: number): string | undefined {
  const since = state?.updatedAt ?? requestedAt;
  const quietUntilMs = state ? mayBeQuietUntil(state, configuration) : Date.parse(since);
  return quietUntilMs !== undefined && nowMs > quietUntilMs + SILENCE_MS ? since : undefined;
}

/** Undefined where only people can end the quiet. Of an operation that is over, only its target's lock is left to be released. */
function mayBeQuietUntil(state: OperationState, configuration: unknown): number | undefined {
  const since = Date.parse(state.updatedAt);
  if (!isActive(state.status)) return since;
  switch (state.status) {
    case "held":
      return undefined;
    case "waiting":
      // Those who wait for their turn say how the line moves, and it moves no slower than the longest wait of a window.
      if (state.waitingFor?.for === "turn") return since + LONGEST_TIMEOUT_MS;
      return state.waitingFor?.until === undefined ? undefined : Math.max(since, Date.parse(state.waitingFor.until));
    default: {
      const phase = state.phases.at(-1);
      return since + (phase && phase.finishedAt === undefined ? quietMs(phase.phase, timeoutsOf(configuration)) : 0);
    }
  }
}

/** The longest wait that a phase may have, by the target's time-outs. Where a phase has waits of many kinds, the longest of all. */
export function quietMs(phase: Phase, timeouts: Record<string, number>): number {
  const timeout = (name: string) => timeouts[name] ?? LONGEST_TIMEOUT_MS;
  const all = Object.values(timeouts);
  const any = all.length > 0 ? Math.max(LONGEST_SUSPENSION_MS, ...all) : LONGEST_TIMEOUT_MS;
  switch (phase) {
    case "preflight":
      return LONGEST_SUSPENSION_MS;
    case "close":
      return timeout("close");
    case "back-up":
      return timeout("snapshot");
    case "migrate":
    case "start":
      return timeout("migrate");
    case "verify":
      return Math.max(timeout("migrate"), timeout("open"));
    case "scale-out":
      return Math.max(timeout("scaleOut"), timeout("stop"));
    case "open":
      return timeout("open");
    case "prepare":
    case "stop":
    case "restore":
    case "work":
    case "finish":
    case "put-back":
      return any;
  }
}

const timeoutsOf = (configuration: unknown): Record<string, number> =>
  z.object({ timeouts: z.record(z.string(), z.number()) }).safeParse(configuration).data?.timeouts ?? {};
