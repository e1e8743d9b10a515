import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { CannotListen, type CheckOutcome, type ListeningServer, type Network, type Route } from "../network.ts";
import { CLIENT_LEFT, fixedResponse, ownPage, redirectPage, splitTarget } from "../network-messages.ts";
import { createNameServer } from "./dns.ts";
import { distinct, plainAddress, proxy } from "./proxy.ts";

const LOOPBACK = ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"];
const ATTEMPTS_FOR_A_COMMON_PORT = 20;
const CLIENT_KEEP_ALIVE_MS = 60_000;

/** Load balancers on loopback. All share 127.0.0.1, 127.0.0.2, …, so their listeners need different ports. */
export async function createRealNetwork(): Promise<Network> {
  const nameServer = await createNameServer();
  const open = new Set<ListeningServer>();
  return {
    resolver: nameServer.resolver,
    allocateAddresses(count) {
      if (count > LOOPBACK.length)
        throw new RangeError(`a load balancer has at most ${LOOPBACK.length} addresses here`);
      return LOOPBACK.slice(0, count);
    },
    name: (name, addresses) => nameServer.name(name, addresses),
    async listen(addresses, port, route) {
      const servers = await listenOnAll(addresses, port, (address) => createListener(address, route));
      const listening: ListeningServer = {
        port: portOf(servers[0]!),
        async close() {
          open.delete(listening);
          await Promise.all(servers.map(close));
        },
      };
      open.add(listening);
      return listening;
    },
    check,
    async shutDown() {
      await Promise.all([...open].map((listening) => listening.close()));
      await nameServer.close();
    },
  };
}

/** A port that nobody listens on, on any of the addresses that load balancers use. */
export async function freePort(addresses: string[] = LOOPBACK): Promise<number> {
  const servers = await listenOnAll(addresses, 0, () => createServer());
  const port = portOf(servers[0]!);
  await Promise.all(servers.map(close));
  return port;
}

function createListener(address: string, route: Route): Server {
  const server = createServer({ keepAliveTimeout: CLIENT_KEEP_ALIVE_MS }, (request, response) =>
    serve({ request, response, address, port: portOf(server), route }),
  );
  return server;
}

type Serving = { request: IncomingMessage; response: ServerResponse; address: string; port: number; route: Route };

function serve({ request, response, address, port, route }: Serving): void {
  const headers = distinct(request);
  const verdict = route({
    address,
    remoteAddress: plainAddress(request.socket.remoteAddress),
    method: request.method ?? "GET",
    ...splitTarget(request.url ?? "/"),
    host: request.headers.host ?? "",
    headers,
  });
  if (verdict.action === "forward") {
    proxy({ request, response, port, ...verdict });
    return;
  }
  const page =
    verdict.action === "fixed-response"
      ? fixedResponse(verdict.status, verdict.contentType, verdict.body)
      : verdict.action === "redirect"
        ? redirectPage(verdict.status, verdict.location)
        : ownPage(503);
  request.resume();
  response.on("close", () => verdict.finished(response.writableFinished ? page.status : CLIENT_LEFT));
  response.writeHead(page.status, page.headers).end(page.body);
}

async function listenOnAll(addresses: string[], port: number, create: (address: string) => Server): Promise<Server[]> {
  for (let attempt = 1; ; attempt += 1) {
    const servers: Server[] = [];
    try {
      for (const address of addresses) {
        const server = create(address);
        await listen(server, address, servers[0] ? portOf(servers[0]) : port);
        servers.push(server);
      }
      return servers;
    } catch (error) {
      await Promise.all(servers.map(close));
      if (port === 0 && servers.length > 0 && attempt < ATTEMPTS_FOR_A_COMMON_PORT) continue;
      throw error;
    }
  }
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

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server does not listen on a port");
  return address.port;
}

const check: Network["check"] = (target, { path, timeoutMs }) =>
  new Promise<CheckOutcome>((resolve) => {
    const request = httpRequest({
      ...target,
      path,
      agent: false,
      headers: { "user-agent": "ELB-HealthChecker/2.0", connection: "close" },
    });
    const timer = setTimeout(() => end({ outcome: "timed-out" }), timeoutMs);
    const end = (outcome: CheckOutcome) => {
      clearTimeout(timer);
      resolve(outcome);
      request.destroy();
    };
    request.on("response", (answer) => end({ outcome: "answered", status: answer.statusCode ?? 0 }));
    request.on("error", (error) => end({ outcome: "unreachable", reason: error.message }));
    request.end();
  });
