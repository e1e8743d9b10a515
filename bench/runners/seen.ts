import type { EventLog, SandboxEvent } from "../../src/sandbox/cloud/event-log.ts";

/** The first so many different keys that events from now on have, as soon as they are there. An event without one is none of them. */
export function seen(
  log: EventLog,
  count: number,
  keyOf: (event: SandboxEvent) => string | undefined,
): Promise<string[]> {
  const keys = new Set<string>();
  const all = Promise.withResolvers<string[]>();
  const unsubscribe = log.subscribe((event) => {
    const key = keyOf(event);
    if (key === undefined) return;
    keys.add(key);
    if (keys.size < count) return;
    unsubscribe();
    all.resolve([...keys]);
  });
  return all.promise;
}
