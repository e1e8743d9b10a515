import type { SimulatedSocket } from "./sockets.ts";

/** The simulated network: who listens where. Requests are function calls, so they take no real time. */
export type SimulatedRequest = {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
  remoteAddress: string;
};
export type SimulatedResponse = {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Set-Cookie headers, the ones that cannot be joined to one. */
  setCookies?: string[];
  /** With status 101: the connection is a websocket from here on, and this is the client's end of it. */
  socket?: SimulatedSocket;
};
export type SimulatedServer = (request: SimulatedRequest) => Promise<SimulatedResponse>;

export class ConnectionRefused extends Error {
  override name = "ConnectionRefused";
  readonly code = "ECONNREFUSED";
}

export type SimulatedHosts = {
  /** Returns the function that stops listening, which also cuts the connections that were upgraded here. */
  listen(host: string, port: number, server: SimulatedServer): () => void;
  /** Rejects with ConnectionRefused where nobody listens. */
  send(host: string, port: number, request: SimulatedRequest): Promise<SimulatedResponse>;
  /** Whoever asks this host waits until the returned function is called. */
  silence(host: string): () => void;
  /** DNS. */
  name(name: string, addresses: string[]): void;
  resolve(name: string): string[];
};

export function createSimulatedHosts(): SimulatedHosts {
  const servers = new Map<string, Listening>();
  const names = new Map<string, string[]>();
  const silent = new Map<string, Promise<void>>();
  return {
    listen(host, port, server) {
      const key = `${host}:${port}`;
      if (servers.has(key)) throw new Error(`${key} is taken`);
      const listening: Listening = { server, sockets: new Set(), over: false };
      servers.set(key, listening);
      return () => {
        listening.over = true;
        if (servers.get(key) === listening) servers.delete(key);
        for (const socket of listening.sockets) socket.close();
      };
    },
    async send(host, port, request) {
      while (silent.has(host)) await silent.get(host);
      const listening = servers.get(`${host}:${port}`);
      if (!listening) throw new ConnectionRefused(`connect ECONNREFUSED ${host}:${port}`);
      const response = await listening.server(request);
      if (response.socket) keep(listening, response.socket);
      return response;
    },
    silence(host) {
      const { promise, resolve } = Promise.withResolvers<void>();
      silent.set(host, promise);
      return () => {
        if (silent.get(host) === promise) silent.delete(host);
        resolve();
      };
    },
    name(name, addresses) {
      if (addresses.length) names.set(name, addresses);
      else names.delete(name);
    },
    resolve: (name) => names.get(name) ?? [],
  };
}

type Listening = { server: SimulatedServer; sockets: Set<SimulatedSocket>; over: boolean };

function keep({ sockets, over }: Listening, socket: SimulatedSocket): void {
  sockets.add(socket);
  socket.onClose(() => sockets.delete(socket));
  if (over) socket.close();
}
