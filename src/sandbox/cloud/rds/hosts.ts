import { type Database, portOf } from "./model.ts";
import type { Store } from "./store.ts";

// The names in DNS that belong to an identifier. A cluster and an instance may have the same identifier.
export const instanceHost = (identifier: string) => identifier;
export const writerHost = (identifier: string) => `${identifier}.cluster`;
export const readerHost = (identifier: string) => `${identifier}.cluster-ro`;
export const proxyHost = (name: string) => `${name}.proxy`;

/** The address of the endpoint that a database is known by. */
export const addressOf = ({ databases }: Store, { kind, identifier }: Database): string =>
  databases.addressOf(kind === "instance" ? instanceHost(identifier) : writerHost(identifier));

export const endpointOf = (store: Store, database: Database): string =>
  `${addressOf(store, database)}:${portOf(database)}`;
