/** The simulated network: who listens where. Requests are function calls, so they take no real time. */
export type SimulatedRequest = {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
  remoteAddress: string;
};
export type SimulatedResponse = { status: number; headers: Record<string, string>; body: string };
export type SimulatedServer = (request: SimulatedRequest) => Promise<SimulatedResponse>;

export class ConnectionRefused extends Error {
  override name = "ConnectionRefused";
  readonly code = "ECONNREFUSED";
}

export type SimulatedHosts = {
  /** Returns the function that stops listening. */
  listen(host: string, port: number, server: SimulatedServer): () => void;
  /** Rejects with ConnectionRefused where nobody listens. */
  send(host: string, port: number, request: SimulatedRequest): Promise<SimulatedResponse>;
  /** DNS. */
  name(name: string, addresses: string[]): void;
  resolve(name: string): string[];
};

export function createSimulatedHosts(): SimulatedHosts {
  const servers = new Map<string, SimulatedServer>();
  const names = new Map<string, string[]>();
  return {
    listen(host, port, server) {
      const key = `${host}:${port}`;
      if (servers.has(key)) throw new Error(`${key} is taken`);
      servers.set(key, server);
      return () => {
        if (servers.get(key) === server) servers.delete(key);
      };
    },
    async send(host, port, request) {
      const server = servers.get(`${host}:${port}`);
      if (!server) throw new ConnectionRefused(`connect ECONNREFUSED ${host}:${port}`);
      return server(request);
    },
    name(name, addresses) {
      if (addresses.length) names.set(name, addresses);
      else names.delete(name);
    },
    resolve: (name) => names.get(name) ?? [],
  };
}
