import { createHash } from "node:crypto";

/** Databases under RDS: PostgreSQL servers (`real/`), or values in memory (`simulated/`). Ids are the sandbox's own, not RDS identifiers. */
export type DatabaseEngine = {
  /** Resolves when connections are accepted. Without a database name there is only `postgres`. */
  create(id: string, settings: { username: string; password: string; databaseName?: string }): Promise<void>;
  /**
   * Copies the data as it is at one moment during the call: every write acknowledged before the call is in it, none that began after it
   * resolved. The database stays in use.
   */
  snapshot(id: string, snapshotId: string): Promise<SnapshotContent>;
  copySnapshot(snapshotId: string, copyId: string): Promise<void>;
  /** A further database with the snapshot's data, users and passwords. Resolves when connections are accepted. */
  restore(snapshotId: string, id: string): Promise<void>;
  setPassword(id: string, settings: { username: string; password: string }): Promise<void>;
  /** Cuts every connection and refuses further ones. A crash keeps every acknowledged write, as RDS's storage does. */
  stop(id: string, how: "clean" | "crash"): Promise<void>;
  /** Resolves when connections are accepted. */
  start(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  removeSnapshot(snapshotId: string): Promise<void>;
  /** Makes the database reachable at an endpoint. Moving an endpoint to another database is how a rename looks from outside. */
  expose(id: string, endpoint: { address: string; port: number }): Promise<Exposed>;
  /** An address that belongs to an instance identifier: the same identifier always gets the same one, as a DNS name would. */
  addressOf(identifier: string): string;
  shutDown(): Promise<void>;
};

export type Exposed = {
  /** Refuses further connections. Those that are open are cut, or kept for as long as the database runs. */
  close(how?: { keepConnections?: boolean }): Promise<void>;
};

export type SnapshotContent = {
  /** Size of the data. */
  sizeBytes: number;
  /** What was written since the database's last snapshot, or the whole size for its first: what an incremental snapshot has to copy. */
  changedBytes: number;
};

/** A loopback address in 127.32.0.0/16 that depends on the name alone. */
export function loopbackAddressOf(name: string): string {
  const [high = 0, low = 0] = createHash("sha256").update(name).digest();
  return `127.32.${high}.${1 + (low % 254)}`;
}
