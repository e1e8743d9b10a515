import type { Clock } from "../clock.ts";
import { keys, putNew, readRange, type Table } from "./dynamo-table.ts";
import type { OperationEvent, OperationFact } from "./event.ts";

/** The logs that one process remembers. Events never change and never go, so what was read once need not be read again. */
const REMEMBERED = 32;

/** The operations' logs: append-only, numbered without gaps from 1, each event written at most once for its key. */
export type EventLog = {
  read(id: string): Promise<readonly OperationEvent[]>;
  append(id: string, facts: readonly OperationFact[]): Promise<readonly OperationEvent[]>;
  /** Writes the first event, at its given time; false where the log has begun already. */
  begin(id: string, fact: OperationFact, at: string): Promise<boolean>;
};

export function createEventLog({ table, clock }: { table: Table; clock: Clock }): EventLog {
  const remembered = new Map<string, OperationEvent[]>();

  async function read(id: string): Promise<readonly OperationEvent[]> {
    const known = remembered.get(id) ?? [];
    const items = await readRange(table, {
      pk: keys.event(id, 1).pk,
      from: keys.event(id, known.length + 1).sk,
      to: "event#~",
    });
    const events = [...known, ...items.map((item) => JSON.parse(item.event as string) as OperationEvent)];
    if (events.length > 0) remember(id, events);
    return events;
  }

  function remember(id: string, events: OperationEvent[]): void {
    // Two reads at once may end in either order; the shorter one knows nothing that the longer one does not.
    if (events.length >= (remembered.get(id)?.length ?? 0)) {
      remembered.delete(id);
      remembered.set(id, events);
    }
    const oldest = remembered.size > REMEMBERED ? remembered.keys().next().value : undefined;
    if (oldest !== undefined) remembered.delete(oldest);
  }

  /** What it is about stands beside it, so that whoever reads the table's stream need not read the table. */
  const write = (id: string, event: OperationEvent, first: OperationEvent): Promise<boolean> =>
    putNew(table, {
      ...keys.event(id, event.seq),
      type: event.type,
      at: event.at,
      ...(first.type === "requested" && { target: first.target, procedure: first.request.procedure }),
      event: JSON.stringify(event),
    });

  async function append(id: string, facts: readonly OperationFact[]): Promise<readonly OperationEvent[]> {
    let events = await read(id);
    for (const fact of facts) {
      while (!events.some((event) => event.key === fact.key)) {
        const last = events.at(-1);
        if (!last) throw new UnknownOperationError(id);
        // Writers' clocks differ; a log whose times go backwards would make durations negative.
        const at = new Date(Math.max(clock.now(), Date.parse(last.at))).toISOString();
        const event = { ...fact, seq: last.seq + 1, at } as OperationEvent;
        if (await write(id, event, events[0] ?? event)) {
          events = [...events, event];
          remember(id, [...events]);
        } else {
          events = await read(id);
        }
      }
    }
    return events;
  }

  return {
    read,
    append,
    begin(id, fact, at) {
      const event = { ...fact, seq: 1, at } as OperationEvent;
      return write(id, event, event);
    },
  };
}

/** Nothing was ever requested under this id. */
export class UnknownOperationError extends Error {
  override readonly name = "UnknownOperationError";
  constructor(id: string) {
    super(`there is no operation ${id}`);
  }
}
