import type { Clock } from "../clock.ts";
import { createCheckpoints } from "./dynamo-checkpoint.ts";
import { document } from "./dynamo-document.ts";
import { type Item, keys, putNew, readRange, type Table } from "./dynamo-table.ts";
import { type OperationEvent, type OperationFact, operationEventSchema } from "./event.ts";
import { fitting } from "./fitting.ts";
import { createKnownLogs, type KnownLog, knownLog, wholeLog } from "./known-log.ts";
import { readDocument, UnreadableRecordError } from "./record.ts";
import type { OperationState } from "./state.ts";
import { withoutNulls } from "./without-nulls.ts";

/** The operations' logs: append-only, numbered without gaps from 1, each event written at most once for its key. */
export type EventLog = {
  /** Reads what is new since this process looked last, or since the last checkpoint; undefined where nothing was ever requested. */
  state(id: string): Promise<OperationState | undefined>;
  /** The events with a number above `after` and not above `until`, oldest first: at most `limit`, and at most a megabyte. */
  page(id: string, page: EventPage): Promise<OperationEvent[]>;
  /** All events. Only for writers, and for what is asked once: it is as long as the operation. */
  all(id: string): Promise<OperationEvent[]>;
  /** Answers the state after. */
  append(id: string, facts: readonly OperationFact[]): Promise<OperationState>;
  /** Writes the first event, at its given time; false where the log has begun already. */
  begin(id: string, fact: OperationFact, at: string): Promise<boolean>;
};

/** `until` is the version of a state that the caller has: what this process has seen up to there is not read again. */
export type EventPage = { after: number; until: number; limit: number };

const LARGEST_PAGE_BYTES = 1_000_000;

export function createEventLog({ table, clock }: { table: Table; clock: Clock }): EventLog {
  const known = createKnownLogs();
  const starting = new Map<string, Promise<KnownLog | undefined>>();
  const checkpoints = createCheckpoints(table);

  const between = async (id: string, from: number, to: number, limit?: number): Promise<OperationEvent[]> => {
    const range = { pk: keys.event(id, 1).pk, from: keys.event(id, from).sk, to: keys.event(id, to).sk };
    const items = await readRange(table, limit === undefined ? range : { ...range, limit, onePage: true });
    const end = to === LAST ? from + items.length - 1 : to;
    // Where one is missing, what comes after it is not where it is expected.
    if (limit === undefined && items.length <= end - from) items.push(keys.event(id, end + 1));
    return items.map((item, index) => eventOf(item, { id, seq: from + index }));
  };
  const following = (id: string, after: number) => between(id, after + 1, LAST);

  /** What a process begins with: the last checkpoint and what follows it, or where there is none the log from its begin. */
  async function start(id: string): Promise<KnownLog | undefined> {
    const state = await checkpoints.last(id);
    const events = await following(id, state?.version ?? 0);
    const log = state ? knownLog(state) : wholeLog(id, events);
    log?.append(events);
    if (log) known.put(id, log);
    return log;
  }

  /** Whoever comes after a write must find it, so what others have read, or are reading, is only where this begins. */
  async function upToDate(id: string): Promise<KnownLog | undefined> {
    let log = known.get(id);
    if (!log) {
      const others = starting.get(id);
      const begins = others ?? start(id).finally(() => starting.delete(id));
      starting.set(id, begins);
      log = await begins;
      if (!others) return log;
    }
    log?.append(await following(id, log.state.version));
    return log;
  }

  async function whole(id: string): Promise<KnownLog | undefined> {
    const log = await upToDate(id);
    if (log && log.missing > 0) log.prepend(await between(id, 1, log.missing));
    return log;
  }

  /** What it is about stands beside it, so that whoever reads the table's stream need not read the table. */
  function write(id: string, event: OperationEvent, first: OperationEvent): Promise<boolean> {
    // What nobody could read would end the operation where it stands.
    operationEventSchema.parse(event);
    return putNew(table, {
      ...keys.event(id, event.seq),
      type: event.type,
      at: event.at,
      ...(first.type === "requested" && { target: first.target, procedure: first.request.procedure }),
      ...document("event", event),
    });
  }

  return {
    state: async (id) => (await upToDate(id))?.state,

    async page(id, { after, until, limit }) {
      const log = known.get(id);
      const has = log && log.state.version >= until;
      if (has && after < log.missing && until - after <= limit) log.prepend(await between(id, after + 1, log.missing));
      const events = has && after >= log.missing ? log.after(after) : await between(id, after + 1, until, limit);
      return pageOf(events.slice(0, Math.max(0, until - after)), limit);
    },

    all: async (id) => (await whole(id))?.after(0) ?? [],

    async append(id, facts) {
      const log = await whole(id);
      const first = log?.first();
      if (!log || !first) throw new UnknownOperationError(id);
      const before = log.state.version;
      for (const fact of facts) {
        while (!log.has(fact.key)) {
          const last = log.state;
          // Writers' clocks differ; a log whose times go backwards would make durations negative.
          const at = new Date(Math.max(clock.now(), Date.parse(last.updatedAt))).toISOString();
          const event = withoutNulls({ ...fitting(fact), seq: last.version + 1, at } as OperationEvent);
          if (await write(id, event, first)) log.append([event]);
          else log.append(await following(id, last.version));
        }
      }
      await checkpoints.write(log.state, { before });
      return log.state;
    },

    begin(id, fact, at) {
      const event = { ...fact, seq: 1, at } as OperationEvent;
      return write(id, event, event);
    },
  };
}

const LAST = 999_999;

/** The event at its place in the log: an operation whose log has a gap, or begins with something else, is not understood. */
function eventOf(item: Item, { id, seq }: { id: string; seq: number }): OperationEvent {
  const place = keys.event(id, seq);
  if (item.sk !== place.sk)
    throw new UnreadableRecordError(place, {
      expected: "every event before the last one",
      found: `none here, and the next is ${item.sk}`,
    });
  const event = readDocument(item, "event", operationEventSchema);
  if (event.seq !== seq)
    throw new UnreadableRecordError(item, { expected: "the event that its key names", found: `event ${event.seq}` });
  if ((seq === 1) !== (event.type === "requested"))
    throw new UnreadableRecordError(item, {
      expected: "`requested` as the first event, and only there",
      found: event.type,
    });
  return event;
}

/** As many as are asked for and as an answer can carry, one in any case. */
function pageOf(events: readonly OperationEvent[], limit: number): OperationEvent[] {
  let bytes = 0;
  const tooMany = events.findIndex((event, index) => {
    bytes += Buffer.byteLength(JSON.stringify(event));
    return index >= limit || (index > 0 && bytes > LARGEST_PAGE_BYTES);
  });
  return events.slice(0, tooMany === -1 ? undefined : tooMany);
}

/** Nothing was ever requested under this id. */
export class UnknownOperationError extends Error {
  override readonly name = "UnknownOperationError";
  constructor(id: string) {
    super(`there is no operation ${id}`);
  }
}
