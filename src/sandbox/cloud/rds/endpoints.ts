import type { Exposed } from "../../substrate/databases.ts";
import { instanceHost, proxyHost, readerHost, writerHost } from "./hosts.ts";
import { type Database, isUsable, portOf } from "./model.ts";
import type { DatabaseProxy } from "./proxies/proxy.ts";
import { record } from "./record.ts";
import { membersOf, type Store } from "./store.ts";

/** What is open now, by `ADDRESS:PORT`. */
export type OpenEndpoints = {
  open: Map<string, Exposed & { generation: string }>;
  /** Changes happen one after another. */
  turn: Promise<unknown>;
};
export const noEndpoints = (): OpenEndpoints => ({ open: new Map(), turn: Promise.resolve() });

/**
 * Opens and closes endpoints until they are what the states of a database, of its cluster or members and of the proxies before them
 * ask for. Says whether any of the database's own changed.
 */
export async function refresh(store: Store, database: Database): Promise<boolean> {
  const others = database.kind === "cluster" ? membersOf(store, database) : database.cluster ? [database.cluster] : [];
  const changed = await bring(store, database);
  for (const other of others) await bring(store, other);
  for (const proxy of store.proxies.values())
    if (proxy.target && [database, ...others].includes(proxy.target)) await refreshProxy(store, proxy);
  return changed;
}

export async function refreshProxy(store: Store, proxy: DatabaseProxy): Promise<void> {
  const { target, name, resourceId, status, port, endpoints } = proxy;
  const hosts = target && isReachable(store, target) ? [proxyHost(name)] : [];
  const generation = target?.generation ?? "";
  if (!(await open(store, endpoints, { port, generation, hosts: () => hosts }))) return;
  const [endpoint] = endpoints.open.keys();
  store.world.log.append({
    kind: "database",
    identifier: `proxy:${name}`,
    resourceId,
    change: "status",
    status,
    generation,
    ...(endpoint && { endpoint }),
  });
}

/** Whether new connections reach the database by its own name, once that resolves. */
export const isReachable = (store: Store, database: Database): boolean =>
  hostsUnder(store, database, database.identifier).length > 0;

async function bring(store: Store, database: Database): Promise<boolean> {
  const { generation } = database;
  const resolves = () => database.resolvesAt <= store.world.clock.now();
  if (resolves() && isReachable(store, database)) await takeName(store, database);
  leadNames(store, database, { resolves: resolves() });
  const hosts = () =>
    [...(resolves() ? [database.identifier] : []), ...database.formerNames].flatMap((name) =>
      hostsUnder(store, database, name),
    );
  // A security group decides about new connections only; those that it tracks already go on.
  const keepConnections = isFenced(database) && isServed(database);
  return open(store, database.endpoints, { port: portOf(database), generation, hosts, keepConnections });
}

/** A name leads to a database from its creation on, whether or not it answers there. */
function leadNames(store: Store, database: Database, { resolves }: { resolves: boolean }): void {
  const gone = (database.status === "creating" && !database.settling) || database.status === "deleting";
  const { identifier, formerNames } = database;
  const names = [
    ...(resolves ? [{ name: identifier, own: true }] : []),
    ...[...formerNames].map((name) => ({ name, own: false })),
  ];
  store.names.lead(
    database,
    gone
      ? []
      : names.flatMap(({ name, own }) =>
          allHostsUnder(database, name).map((host) => ({ host: store.databases.addressOf(host), own })),
        ),
  );
}

/** A name that resolves to its new holder no longer resolves to whoever had it before. */
async function takeName(store: Store, database: Database): Promise<void> {
  const all: Iterable<Database> = database.kind === "instance" ? store.instances.values() : store.clusters.values();
  for (const other of all) {
    if (other === database || !other.formerNames.delete(database.identifier)) continue;
    await bring(store, other);
    record(store, other, "status");
  }
}

function open(
  store: Store,
  endpoints: OpenEndpoints,
  wanted: { port: number; generation: string; hosts: () => string[]; keepConnections?: boolean },
): Promise<boolean> {
  const { port, generation, keepConnections } = wanted;
  const result = endpoints.turn.then(async () => {
    const hosts = store.stopped ? [] : wanted.hosts();
    const addresses = hosts.map((host) => store.databases.addressOf(host));
    const keys = new Map(addresses.map((address) => [`${address}:${port}`, address]));
    let changed = false;
    for (const [key, opened] of endpoints.open) {
      if (keys.has(key) && opened.generation === generation) continue;
      endpoints.open.delete(key);
      await opened.close({ keepConnections });
      changed = true;
    }
    for (const [key, address] of keys) {
      if (endpoints.open.has(key)) continue;
      const { close } = await store.databases.expose(generation, { address, port });
      endpoints.open.set(key, { generation, close });
      changed = true;
    }
    return changed;
  });
  endpoints.turn = result.catch(() => {});
  return result;
}

const allHostsUnder = ({ kind }: Database, name: string): string[] =>
  kind === "instance" ? [instanceHost(name)] : [writerHost(name), readerHost(name)];

/** What answers under a name of the database: an instance at one host, a cluster at its writer's and its readers'. */
function hostsUnder(store: Store, database: Database, name: string): string[] {
  if (!isServed(database) || isFenced(database)) return [];
  if (database.kind === "instance") return [instanceHost(name)];
  const { writer } = database;
  const writes = writer !== undefined && isServed(writer);
  const reads = membersOf(store, database).some(isServed);
  return [...(writes ? [writerHost(name)] : []), ...(reads ? [readerHost(name)] : [])];
}

const isFenced = (database: Database): boolean =>
  database.fenced || (database.kind === "instance" && database.cluster?.fenced === true);

const isServed = (database: Database): boolean =>
  !(database.kind === "instance" && database.down) &&
  (database.settling ||
    isUsable(database) ||
    ["storage-full", "backing-up", "modifying", "maintenance", "rebooting"].includes(database.status));
