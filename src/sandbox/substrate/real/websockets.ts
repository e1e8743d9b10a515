import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Upgrade } from "./proxy.ts";

type Joining = {
  client: Upgrade;
  target: { socket: Duplex & { setTimeout?: (ms: number, onIdle: () => void) => unknown }; head: Buffer };
  /** Carries the 101 to the client and has no part in the connection afterwards. */
  response: ServerResponse;
  headers: OutgoingHttpHeaders;
  idleTimeoutMs: number;
  ended: () => void;
};

/** Joins a client to its target until either leaves, or both are silent for the idle time-out, which counts for websockets too. */
export function joinSockets({ client, target, response, headers, idleTimeoutMs, ended }: Joining): void {
  const sockets = [client.socket, target.socket];
  let over = false;
  const end = () => {
    if (over) return;
    over = true;
    client.upgraded.delete(client.socket);
    for (const socket of sockets) socket.destroy();
    ended();
  };
  client.upgraded.add(client.socket);
  for (const socket of sockets) {
    socket.on("error", end);
    socket.on("close", end);
  }
  target.socket.setTimeout?.(idleTimeoutMs, end);

  response.writeHead(101, headers);
  response.flushHeaders();
  response.detachSocket(client.socket as Parameters<ServerResponse["detachSocket"]>[0]);
  if (client.head.length > 0) target.socket.write(client.head);
  if (target.head.length > 0) client.socket.write(target.head);
  client.socket.pipe(target.socket);
  target.socket.pipe(client.socket);
}
