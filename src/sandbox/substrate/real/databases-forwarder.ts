import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import type { Exposed } from "../databases.ts";

/** Passes connections to `endpoint` on to a Unix socket. */
export async function forward(endpoint: { address: string; port: number }, socketPath: string): Promise<Exposed> {
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect({ path: socketPath });
    clients.add(client);
    client.on("error", () => {}); // close follows
    client.on("close", () => {
      clients.delete(client);
      database.destroy();
    });
    database.on("error", () => client.resetAndDestroy());
    database.on("close", () => client.destroy());
    client.pipe(database).pipe(client);
  });
  server.listen(endpoint.port, endpoint.address);
  try {
    await once(server, "listening");
  } catch (cause) {
    throw new Error(`cannot listen at ${endpoint.address}:${endpoint.port} for a database`, { cause });
  }
  return {
    async close({ keepConnections = false } = {}) {
      const closed = new Promise((resolve) => server.close(resolve));
      if (keepConnections) return; // nobody listens any more; what is open ends with the database
      for (const client of clients) client.resetAndDestroy();
      await closed;
    },
  };
}
