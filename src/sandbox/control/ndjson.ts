import type { EventLog, SandboxEvent } from "../cloud/event-log.ts";

type Options = { after?: number; follow: boolean; signal: AbortSignal };

/** The event log, one event a line; with `follow` it never ends by itself. */
export function ndjson(log: EventLog, { after, follow, signal }: Options): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let unsubscribe = () => {};
  return new ReadableStream({
    start(controller) {
      const write = (event: SandboxEvent) => controller.enqueue(encoder.encode(`${JSON.stringify(event)}\n`));
      for (const event of log.after(after)) write(event);
      if (!follow) {
        controller.close();
        return;
      }
      unsubscribe = log.subscribe(write);
      signal.addEventListener("abort", unsubscribe, { once: true });
    },
    cancel: () => unsubscribe(),
  });
}
