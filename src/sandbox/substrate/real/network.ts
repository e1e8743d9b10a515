import { createServer, request as httpRequest, type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type CheckOutcome, type ListeningServer, type Network, type Route, TlsNotAvailable } from "../network.ts";
import { CLIENT_LEFT, fixedResponse, isWebSocket, ownPage, redirectPage, splitTarget } from "../network-messages.ts";
import { createNameServer } from "./dns.ts";
import { close, type Door, freePortOf, listenOnAll, portOf } from "./listeners.ts";
import { distinct, plainAddress, proxy, type Upgrade } from "./proxy.ts";

const LOOPBACK = ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"];
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
    async listen(addresses, port, route, { protocol = "http" } = {}) {
      if (protocol === "https") throw new TlsNotAvailable("there is no certificate to speak TLS with");
      const doors = await listenOnAll(addresses, port, (address) => createDoor(address, route));
      const listening: ListeningServer = {
        port: portOf(doors[0]!.server),
        async close() {
          open.delete(listening);
          await Promise.all(doors.map(close));
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
export const freePort = (addresses: string[] = LOOPBACK): Promise<number> => freePortOf(addresses);

/** Of all that a client can ask to upgrade to, only websockets are left to the target; the rest are requests as any other. */
function createDoor(address: string, route: Route): Door {
  const upgraded = new Set<Duplex>();
  const server = createServer(
    {
      keepAliveTimeout: CLIENT_KEEP_ALIVE_MS,
      shouldUpgradeCallback: (request) => isWebSocket(distinct(request)),
    },
    (request, response) => serve({ request, response, address, port: portOf(server), route }),
  );
  server.on("upgrade", (request, socket, head) => {
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket as Socket);
    response.on("finish", () => socket.end());
    serve({ request, response, address, port: portOf(server), route, upgrade: { socket, head, upgraded } });
  });
  return { server, upgraded };
}

type Serving = {
  request: IncomingMessage;
  response: ServerResponse;
  address: string;
  port: number;
  route: Route;
  upgrade?: Upgrade;
};

function serve({ request, response, address, port, route, upgrade }: Serving): void {
  const verdict = route({
    address,
    remoteAddress: plainAddress(request.socket.remoteAddress),
    method: request.method ?? "GET",
    ...splitTarget(request.url ?? "/"),
    host: request.headers.host ?? "",
    headers: distinct(request),
  });
  if (verdict.action === "forward") {
    proxy({ request, response, port, upgrade, ...verdict });
    return;
  }
  const page =
    verdict.action === "fixed-response"
      ? fixedResponse(verdict.status, verdict.contentType, verdict.body)
      : verdict.action === "redirect"
        ? redirectPage(verdict.status, verdict.location)
        : ownPage(verdict.status);
  request.resume();
  response.on("close", () => verdict.finished(response.writableFinished ? page.status : CLIENT_LEFT));
  response.writeHead(page.status, page.headers).end(page.body);
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
