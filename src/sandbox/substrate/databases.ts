/** Databases under RDS: PostgreSQL servers (`real/`), or values in memory (`simulated/`). Ids are the sandbox's own, not RDS identifiers. */
export type DatabaseEngine = {
  create(id: string, settings: { username: string; password: string; databaseName: string }): Promise<void>;
  /** Copies the data as it is at the moment of the call. The database stays in use. */
  snapshot(id: string, snapshotId: string): Promise<void>;
  restore(snapshotId: string, id: string): Promise<void>;
  remove(id: string): Promise<void>;
  removeSnapshot(snapshotId: string): Promise<void>;
  /** Cuts every connection; resolves when new ones are accepted. */
  restart(id: string): Promise<void>;
  /** Makes the database reachable at an endpoint. Moving an endpoint to another database is how a rename looks from outside. */
  expose(id: string, endpoint: { address: string; port: number }): Promise<{ close(): Promise<void> }>;
  /** An address that belongs to an instance identifier: the same identifier always gets the same one, as a DNS name would. */
  addressOf(identifier: string): string;
  /** Size of the data in bytes. */
  size(id: string): Promise<number>;
  shutDown(): Promise<void>;
};
