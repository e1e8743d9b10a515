import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type DatabaseEngine, type Exposed, loopbackAddressOf } from "../databases.ts";
import { forward } from "./databases-forwarder.ts";
import { whileFrozen } from "./postgres-processes.ts";
import { type PostgresServer, type ServerPlace, socketPath, startServer } from "./postgres-server.ts";
import { type Admin, checkpoint, createOwner, dataSize, setOwnerPassword, writePosition } from "./postgres-sql.ts";
import { createTemplate, type Template } from "./postgres-template.ts";

type Database = {
  place: ServerPlace;
  admin: Admin;
  server?: PostgresServer;
  snapshotPosition?: number;
  /** What the database does now: two things at once, such as a copy and a stop, would harm each other. */
  turn: Promise<unknown>;
};

/**
 * Real PostgreSQL servers, one process a database. `directory` must be empty or new and becomes the engine's own: it is given to the
 * user that PostgreSQL runs as, and `shutDown` deletes it.
 */
export function createRealDatabases({ directory }: { directory: string }): DatabaseEngine {
  const databases = new Map<string, Database>();
  const endpoints = new Set<Exposed>();
  let preparing: Promise<Template> | undefined;
  let nextPort = 5432;
  let ended = false;

  const template = (): Promise<Template> => {
    if (ended) throw new Error(SHUT_DOWN);
    preparing ??= createTemplate(directory);
    return preparing;
  };
  const snapshotDirectory = (snapshotId: string) => join(directory, `snapshot-${checked(snapshotId)}`);
  const find = (id: string): Database => {
    const database = databases.get(id);
    if (!database) throw new Error(`no database ${id}`);
    return database;
  };
  const inTurn = <Result>(database: Database, work: () => Promise<Result>): Promise<Result> => {
    const result = database.turn.then(work);
    database.turn = result.catch(() => {});
    return result;
  };
  const start = async (database: Database) => {
    if (database.server?.running()) return;
    const { postgres } = await template();
    database.server = await startServer(postgres, database.place);
  };

  const erase = async (id: string, { server, place }: Database) => {
    await server?.stop("crash");
    await rm(place.dataDirectory, { recursive: true, force: true });
    databases.delete(id);
  };

  async function add(id: string, source: string, prepare: (database: Database) => Promise<void>): Promise<void> {
    const { copy, socketDirectory, adminPassword } = await template();
    if (ended) throw new Error(SHUT_DOWN);
    if (databases.has(id)) throw new Error(`database ${id} exists`);
    const place = { dataDirectory: join(directory, `database-${checked(id)}`), socketDirectory, port: nextPort++ };
    const database: Database = { place, admin: { place, password: adminPassword }, turn: Promise.resolve() };
    databases.set(id, database);
    await inTurn(database, async () => {
      try {
        await copy(source, place.dataDirectory);
        await start(database);
        await prepare(database);
      } catch (error) {
        await erase(id, database);
        throw error;
      }
    });
  }

  return {
    async create(id, settings) {
      const { dataDirectory } = await template();
      await add(id, dataDirectory, (database) => createOwner(database.admin, settings));
    },
    restore: (snapshotId, id) => add(id, snapshotDirectory(snapshotId), async () => {}),
    snapshot(id, snapshotId) {
      const database = find(id);
      return inTurn(database, async () => {
        const { copy } = await template();
        const { place, admin, server } = database;
        const copyFiles = () => copy(place.dataDirectory, snapshotDirectory(snapshotId));
        if (!server?.running()) {
          await copyFiles();
          const sizeBytes = await dataSize(place);
          return { sizeBytes, changedBytes: sizeBytes };
        }
        await checkpoint(admin);
        const position = await writePosition(admin);
        await whileFrozen(server.pid, copyFiles);
        const sizeBytes = await dataSize(place);
        const changedBytes = database.snapshotPosition === undefined ? sizeBytes : position - database.snapshotPosition;
        database.snapshotPosition = position;
        return { sizeBytes, changedBytes };
      });
    },
    async copySnapshot(snapshotId, copyId) {
      const { copy } = await template();
      await copy(snapshotDirectory(snapshotId), snapshotDirectory(copyId));
    },
    setPassword(id, { username, password }) {
      const database = find(id);
      return inTurn(database, () => setOwnerPassword(database.admin, username, password));
    },
    async stop(id, how) {
      const database = find(id);
      await inTurn(database, async () => database.server?.stop(how));
    },
    start(id) {
      const database = find(id);
      return inTurn(database, () => start(database));
    },
    async remove(id) {
      const database = find(id);
      await inTurn(database, () => erase(id, database));
    },
    removeSnapshot: (snapshotId) => rm(snapshotDirectory(snapshotId), { recursive: true }),
    async expose(id, endpoint) {
      const forwarding = await forward(endpoint, socketPath(find(id).place));
      const exposed = {
        close: (how?: { keepConnections?: boolean }) => {
          endpoints.delete(exposed);
          return forwarding.close(how);
        },
      };
      endpoints.add(exposed);
      return exposed;
    },
    // Two sandboxes on one machine must not meet at one address.
    addressOf: (identifier) => loopbackAddressOf(`${directory} ${identifier}`),
    async shutDown() {
      if (ended) return;
      ended = true;
      const made = await preparing?.catch(() => undefined);
      await Promise.all([...endpoints].map((endpoint) => endpoint.close()));
      await Promise.all(
        [...databases.values()].map((database) => inTurn(database, async () => database.server?.stop("crash"))),
      );
      // Only a directory that was found empty is ours to delete.
      if (made) await rm(directory, { recursive: true, force: true });
    },
  };
}

const SHUT_DOWN = "the databases are shut down";

/** Ids become parts of paths. */
function checked(id: string): string {
  if (!/^[\w-]+$/.test(id)) throw new Error(`expected an id of letters, digits, _ and -, found ${JSON.stringify(id)}`);
  return id;
}
