import {
  type Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach } from "vitest";
import type { Forwarding, Network, RequestHead, Verdict } from "../../src/sandbox/substrate/network.ts";
import { createRealNetwork } from "../../src/sandbox/substrate/real/network.ts";

/** Run after each test, the last one first. */
export const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

export async function realNetwork(): Promise<Network> {
  const network = await createRealNetwork();
  cleanUps.push(() => network.shutDown());
  return network;
}

export async function target(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<{ host: string; port: number; server: Server }> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { host: "127.0.0.1", port: (server.address() as AddressInfo).port, server };
}

/** A load balancer on 127.0.0.1 and 127.0.0.2 that does what `decide` says, and remembers what it saw and answered. */
export async function balancer(decide: (request: RequestHead) => Decision) {
  const network = await realNetwork();
  const seen: RequestHead[] = [];
  const finished: number[] = [];
  const upgrades = { begun: 0, ended: 0 };
  const upgraded = () => {
    upgrades.begun += 1;
    return () => {
      upgrades.ended += 1;
    };
  };
  const addresses = network.allocateAddresses(2);
  const listening = await network.listen(addresses, 0, (request) => {
    seen.push(request);
    return { ...decide(request), finished: (status) => finished.push(status), upgraded } as Verdict;
  });
  return { addresses, port: listening.port, close: () => listening.close(), seen, finished, upgrades };
}
type Decision = Verdict extends infer Each
  ? Each extends unknown
    ? Omit<Each, "finished" | "upgraded">
    : never
  : never;
export const forwardTo = (
  { host, port }: { host: string; port: number },
  idleTimeoutMs = 60_000,
  more: Partial<Pick<Forwarding, "rewritten" | "cookies">> = {},
): Decision => ({ action: "forward", target: { host, port }, idleTimeoutMs, ...more });
export const page = (body: string): Decision => ({
  action: "fixed-response",
  status: 503,
  contentType: "text/plain",
  body,
});

type Sent = {
  path?: string;
  method?: string;
  headers?: Record<string, string | string[]>;
  agent?: Agent;
  localAddress?: string;
  body?: string;
};
export const send = (host: string, port: number, { body, ...options }: Sent = {}) =>
  new Promise<{ status: number; headers: IncomingMessage["headers"]; body: string }>((resolve, reject) => {
    const request = httpRequest({ host, port, ...options }, (response) => {
      const { statusCode, headers } = response;
      text(response).then((body) => resolve({ status: statusCode!, headers, body }), reject);
    });
    request.on("error", reject);
    request.end(body);
  });
