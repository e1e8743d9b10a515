import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** Passes connections to `endpoint` on to a Unix socket. Closing it cuts those that are open. */
export async function forward(
  endpoint: { address: string; port: number },
  socketPath: string,
): Promise<{ close(): Promise<void> }> {
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
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const client of clients) client.resetAndDestroy();
      await closed;
    },
  };
}
