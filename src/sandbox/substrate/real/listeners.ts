import { createServer, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { CannotListen } from "../network.ts";

/** A server that knows its upgraded connections, which node's own server forgets. */
export type Door = { server: Server; upgraded: Set<Duplex> };

const ATTEMPTS_FOR_A_COMMON_PORT = 20;

/** Listens on the same port of every address; port 0 takes one that is free on all of them. Rejects with CannotListen. */
export async function listenOnAll(
  addresses: string[],
  port: number,
  create: (address: string) => Door,
): Promise<Door[]> {
  for (let attempt = 1; ; attempt += 1) {
    const doors: Door[] = [];
    try {
      for (const address of addresses) {
        const door = create(address);
        await listen(door.server, address, doors[0] ? portOf(doors[0].server) : port);
        doors.push(door);
      }
      return doors;
    } catch (error) {
      await Promise.all(doors.map(close));
      if (port === 0 && doors.length > 0 && attempt < ATTEMPTS_FOR_A_COMMON_PORT) continue;
      throw error;
    }
  }
}

/** A port that nobody listens on, on any of the addresses. */
export async function freePortOf(addresses: string[]): Promise<number> {
  const doors = await listenOnAll(addresses, 0, () => ({ server: createServer(), upgraded: new Set() }));
  const port = portOf(doors[0]!.server);
  await Promise.all(doors.map(close));
  return port;
}

/** Cuts every connection, upgraded ones too. */
export const close = ({ server, upgraded }: Door): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
    for (const socket of upgraded) socket.destroy();
  });

export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server does not listen on a port");
  return address.port;
}

function listen(server: Server, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(new CannotListen(`${address}:${port} cannot be listened on: ${reasonOf(error)}`, { cause: error })),
    );
    server.listen(port, address, resolve);
  });
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === "EADDRINUSE") return "the port is in use";
  if (code === "EACCES") return "this user may not use the port";
  if (code === "EADDRNOTAVAIL") return "this machine has no such address";
  return message;
}
