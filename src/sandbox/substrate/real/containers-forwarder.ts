import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** Listens at a task's own address and passes connections on to where its process really listens. Rejects where the address or port is not free. */
export async function forwardPort(from: { address: string; port: number }, toPort: number): Promise<{ close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ host: "127.0.0.1", port: toPort, allowHalfOpen: true });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => other.resetAndDestroy());
      socket.on("close", () => sockets.delete(socket));
    }
    client.pipe(upstream).pipe(client);
  });
  server.listen(from.port, from.address);
  try {
    await once(server, "listening");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const problem = code === "EADDRINUSE" ? "is taken by another process" : `cannot be listened on (${code})`;
    throw new Error(`port ${from.port} of the task's address ${from.address} ${problem}`, { cause });
  }
  return {
    close() {
      server.close();
      for (const socket of sockets) socket.resetAndDestroy();
    },
  };
}

/** A port of 127.0.0.1 that was free a moment ago, and is no one's that this function named before. */
export async function freePort(taken: Set<number>): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    if (taken.has(port)) continue;
    taken.add(port);
    return port;
  }
}
