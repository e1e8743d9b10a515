import { type DatabaseEngine, loopbackAddressOf } from "../databases.ts";
import { ConnectionRefused } from "./hosts.ts";

/** A simulated program's connection pool: every call reaches whatever database is behind the endpoint at that moment. */
export type SimulatedDatabase = {
  /** A copy of the value: changing it changes nothing. Throws ConnectionRefused where no running database answers. */
  read<Value>(key: string): Value | undefined;
  write(key: string, value: unknown): void;
  /** A copy of the last item of a list; undefined where it has none. */
  last<Item>(key: string): Item | undefined;
  /** Adds an item to a list, which begins with it where there is none; it costs what the item costs, however long the list is. */
  append(key: string, item: unknown): void;
};

export type SimulatedDatabases = DatabaseEngine & {
  connect(
    endpoint: { address: string; port: number },
    login?: { username: string; password: string },
  ): SimulatedDatabase;
};

/** What a simulated database refuses a wrong login with. */
export class AuthenticationFailed extends Error {
  override name = "AuthenticationFailed";
}

type Content = { values: Map<string, unknown>; passwords: Map<string, string> };
type Database = Content & { running: boolean; bytesWritten: number; bytesAtSnapshot?: number };

/** Databases that are values in memory, for programs in virtual time. */
export function createSimulatedDatabases(): SimulatedDatabases {
  const databases = new Map<string, Database>();
  const snapshots = new Map<string, Content>();
  const endpoints = new Map<string, Database>();

  const addresses = new Map<string, string>();
  const named = new Map<string, string>();
  /** Of hundreds of names some have the same address: whoever comes later gets another one. */
  function addressOf(name: string): string {
    let address = addresses.get(name);
    for (let nth = 0; !address; nth += 1) {
      const wanted = loopbackAddressOf(nth === 0 ? name : `${name} ${nth}`);
      if ((named.get(wanted) ?? name) === name) address = wanted;
    }
    addresses.set(name, address);
    named.set(address, name);
    return address;
  }

  const find = (id: string) => found(databases.get(id), `database ${id}`);
  const findSnapshot = (id: string) => found(snapshots.get(id), `snapshot ${id}`);
  const add = (id: string, content: Content) => {
    if (databases.has(id)) throw new Error(`database ${id} exists`);
    databases.set(id, { ...content, running: true, bytesWritten: 0 });
  };

  return {
    async create(id, { username, password }) {
      add(id, { values: new Map(), passwords: new Map([[username, password]]) });
    },
    async snapshot(id, snapshotId) {
      const database = find(id);
      snapshots.set(snapshotId, copyOf(database));
      const sizeBytes = [...database.values.values()].reduce<number>((sum, value) => sum + sizeOf(value), 0);
      const changedBytes =
        database.bytesAtSnapshot === undefined ? sizeBytes : database.bytesWritten - database.bytesAtSnapshot;
      database.bytesAtSnapshot = database.bytesWritten;
      return { sizeBytes, changedBytes };
    },
    async copySnapshot(snapshotId, copyId) {
      snapshots.set(copyId, copyOf(findSnapshot(snapshotId)));
    },
    async restore(snapshotId, id) {
      add(id, copyOf(findSnapshot(snapshotId)));
    },
    async setPassword(id, { username, password }) {
      find(id).passwords.set(username, password);
    },
    async stop(id) {
      find(id).running = false;
    },
    async start(id) {
      find(id).running = true;
    },
    async remove(id) {
      find(id).running = false;
      databases.delete(id);
    },
    async removeSnapshot(snapshotId) {
      findSnapshot(snapshotId);
      snapshots.delete(snapshotId);
    },
    async expose(id, { address, port }) {
      const key = `${address}:${port}`;
      const database = find(id);
      if (endpoints.has(key)) throw new Error(`cannot listen at ${key} for a database: it is taken`);
      endpoints.set(key, database);
      return {
        async close() {
          if (endpoints.get(key) === database) endpoints.delete(key);
        },
      };
    },
    addressOf,
    async shutDown() {
      endpoints.clear();
      databases.clear();
      snapshots.clear();
    },
    connect({ address, port }, login) {
      const reach = () => {
        const database = endpoints.get(`${address}:${port}`);
        if (!database?.running) throw new ConnectionRefused(`connect ECONNREFUSED ${address}:${port}`);
        if (login && database.passwords.get(login.username) !== login.password)
          throw new AuthenticationFailed(`password authentication failed for user "${login.username}"`);
        return database;
      };
      return {
        read: <Value>(key: string) => structuredClone(reach().values.get(key)) as Value | undefined,
        write(key, value) {
          const database = reach();
          database.values.set(key, structuredClone(value));
          database.bytesWritten += sizeOf(value);
        },
        last: <Item>(key: string) => structuredClone((reach().values.get(key) as Item[] | undefined)?.at(-1)),
        append(key, item) {
          const database = reach();
          const list = database.values.get(key) as unknown[] | undefined;
          if (list) list.push(structuredClone(item));
          else database.values.set(key, [structuredClone(item)]);
          database.bytesWritten += sizeOf(item);
        },
      };
    },
  };
}

const copyOf = ({ values, passwords }: Content): Content => structuredClone({ values, passwords });
const sizeOf = (value: unknown): number => JSON.stringify(value)?.length ?? 0;
function found<Item>(item: Item | undefined, what: string): Item {
  if (!item) throw new Error(`no ${what}`);
  return item;
}
