import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { ConnectionCut, type Handle, type WireRequest } from "./messages.ts";

export type Listening = AsyncDisposable & {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  url: string;
  port: number;
  /** Answers what is under way, ends every connection, and resolves when the port is free. */
  close(): Promise<void>;
};

/** How long `close` waits for answers under way before it cuts their connections. */
const CLOSING_MS = 1_000;

/** The endpoint over loopback HTTP. Port 0 takes a free one. Rejects when the port is taken. */
export function listen(handle: Handle, port = 0): Promise<Listening> {
  let closing: Promise<void> | undefined;
  const idle = new Set<Socket>();
  const server = createServer((message, reply) => {
    const { socket } = message;
    idle.delete(socket);
    reply.on("close", () => {
      if (closing) socket.end();
      else if (!socket.destroyed) idle.add(socket);
    });
    answer(handle, message, reply).catch((error) => {
      if (error instanceof ConnectionCut) socket.resetAndDestroy();
      else socket.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  // Node's own closeIdleConnections passes over connections that have sent nothing yet.
  server.on("connection", (socket) => {
    idle.add(socket);
    socket.on("close", () => idle.delete(socket));
  });
  // A load balancer or a client may keep a connection for longer than Node's 5 s; a request met by its end would look like a fault.
  server.keepAliveTimeout = 60_000;

  const close = () =>
    new Promise<void>((resolve, reject) => {
      const cut = setTimeout(() => server.closeAllConnections(), CLOSING_MS);
      server.close((error) => {
        clearTimeout(cut);
        if (error) reject(error);
        else resolve();
      });
      for (const socket of idle) socket.destroy();
    });
  const closeOnce = () => {
    closing ??= close();
    return closing;
  };

  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      const { port: bound } = server.address() as AddressInfo;
      resolve({ url: `http://127.0.0.1:${bound}`, port: bound, close: closeOnce, [Symbol.asyncDispose]: closeOnce });
    });
  });
}

async function answer(handle: Handle, message: IncomingMessage, reply: ServerResponse): Promise<void> {
  const hangUp = new AbortController();
  reply.on("close", () => hangUp.abort());
  const response = await handle(await readRequest(message, hangUp.signal));
  if (hangUp.signal.aborted) return;
  reply.writeHead(response.status, { ...response.headers, "content-length": Buffer.byteLength(response.body) });
  reply.end(response.body);
}

async function readRequest(message: IncomingMessage, signal: AbortSignal): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const [path = "", query = ""] = (message.url ?? "/").split(/\?(.*)/s);
  const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)]));
  return { method: message.method ?? "GET", path, query, headers, body: Buffer.concat(chunks), signal };
}
