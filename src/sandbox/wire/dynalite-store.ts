import { Stream } from "node:stream";
import { createSortedItems, type Range, type SortedItems } from "./sorted-items.ts";

export type DynaliteOptions = {
  /** How long a table stays CREATING. */
  createTableMs?: number;
  /** How long a table stays DELETING. */
  deleteTableMs?: number;
};

/** What dynalite keeps its tables in. */
export type DynaliteStore = ReturnType<typeof createDynaliteStore>;

type Done<Result = void> = (error?: unknown, result?: Result) => void;
type Write = { type: "put" | "del"; key: string; value?: unknown };
type Table = { TableStatus: string };

const LARGEST_ITEM_BYTES = 409_600;

/** Tables in memory, where dynalite's own are in a LevelDB: an access to that takes turns of the event loop. */
export function createDynaliteStore({ createTableMs = 500, deleteTableMs = 500 }: DynaliteOptions) {
  const parts = new Map<string, Part>();
  const part = (name: string): Part => {
    const known = parts.get(name) ?? createPart();
    parts.set(name, known);
    return known;
  };
  const drop = (name: string, done: Done) => {
    parts.delete(name);
    done();
  };
  const indexPart = (type: string, table: string, index: string) => `index/${type.toLowerCase()}/${table}/${index}`;
  const tableDb = { ...createPart(), awsAccountId: "000000000000", awsRegion: "us-east-1" };

  return {
    options: { createTableMs, deleteTableMs, updateTableMs: 500, maxItemSize: LARGEST_ITEM_BYTES },
    tableDb,
    getItemDb: (table: string) => part(`item/${table}`),
    deleteItemDb: (table: string, done: Done) => drop(`item/${table}`, done),
    getIndexDb: (type: string, table: string, index: string) => part(indexPart(type, table, index)),
    deleteIndexDb: (type: string, table: string, index: string, done: Done) =>
      drop(indexPart(type, table, index), done),
    getTagDb: (table: string) => part(`tag/${table}`),
    deleteTagDb: (table: string, done: Done) => drop(`tag/${table}`, done),
    /** Hands on a refusal where there is no such table, or unless `checkStatus` is false none that can be used. */
    getTable(name: string, checkStatus: boolean | Done<Table>, whenFound?: Done<Table>) {
      const done = typeof checkStatus === "function" ? checkStatus : whenFound!;
      tableDb.get(name, (_never, value) => {
        const table = value as Table | undefined;
        const usable = table && !(checkStatus && ["CREATING", "DELETING"].includes(table.TableStatus));
        if (usable) return done(null, table);
        done(notFound(checkStatus ? "" : `: Table: ${name} not found`));
      });
    },
  };
}

const notFound = (more: string) =>
  Object.assign(new Error("NotFoundError"), {
    name: "NotFoundError",
    statusCode: 400,
    body: {
      __type: "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",
      message: `Requested resource not found${more}`,
    },
  });

type Part = ReturnType<typeof createPart>;

/** One ordered map, behind what dynalite calls of a LevelDB. */
function createPart() {
  const items: SortedItems = createSortedItems();
  return {
    /** Nothing here takes time: what is locked is over before anything else runs. */
    lock: (_key: string, run: (release: <Wrapped>(done: Wrapped) => Wrapped) => void) => run((done) => done),
    get: (key: string, done: Done<unknown>) => done(null, items.get(key)),
    put(key: string, value: unknown, done: Done) {
      items.put(key, value);
      done();
    },
    del(key: string, done: Done) {
      items.delete(key);
      done();
    },
    batch(writes: Write[], done: Done) {
      for (const { type, key, value } of writes) {
        if (type === "put") items.put(key, value);
        else items.delete(key);
      }
      done();
    },
    createKeyStream: (range: Range = {}) => streamOf(items.keys(range)),
    createValueStream: (range: Range = {}) => streamOf(items.keys(range).map((key) => items.get(key))),
  };
}

/** As much of a stream as dynalite reads: it listens before this turn is over. */
function streamOf(values: unknown[]): Stream {
  let ended = false;
  const stream = Object.assign(new Stream(), {
    destroy() {
      ended = true;
    },
  });
  queueMicrotask(() => {
    for (const value of values) {
      if (ended) return;
      stream.emit("data", value);
    }
    stream.emit("end");
  });
  return stream;
}
