import { createServer, type IncomingMessage } from "node:http";
import { createSimulatedHosts, type SimulatedHosts } from "../../src/sandbox/substrate/simulated/hosts.ts";

/** Hosts on which simulated programs listen on real sockets, so that a real load balancer reaches them. */
export const socketHosts = (): SimulatedHosts => ({
  ...createSimulatedHosts(),
  listen(host, port, answer) {
    const server = createServer((request, response) => {
      void readBody(request)
        .then((body) =>
          answer({
            method: request.method ?? "GET",
            path: request.url ?? "/",
            headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
            body,
            remoteAddress: request.socket.remoteAddress ?? "",
          }),
        )
        .then(
          ({ status, headers, body }) => response.writeHead(status, headers).end(body),
          () => response.destroy(),
        );
    });
    server.keepAliveTimeout = 60_000;
    server.listen(port, host);
    return () => {
      server.close();
      server.closeAllConnections();
    };
  },
});

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
