import type { Clock } from "../../clock.ts";

/** `everyMs`: how often it looks; four times a second unless given. */
export type Waiting = { clock: Clock; signal?: AbortSignal; timeoutMs: number; everyMs?: number };

const POLL_MS = 250;

/** Looks until `look` answers "done". Otherwise it says what is still missing, which is what the error says after the time is up. */
export async function waitUntil(
  what: string,
  { clock, signal, timeoutMs, everyMs = POLL_MS }: Waiting,
  look: () => Promise<"done" | { missing: string }>,
): Promise<void> {
  const deadline = clock.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen === "done") return;
    if (clock.now() >= deadline) throw new Error(`${what} within ${timeoutMs / 1_000} s: ${seen.missing}`);
    await clock.sleep(everyMs, signal);
  }
}
