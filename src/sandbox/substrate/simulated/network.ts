import type {
  CheckOutcome,
  Forwarding,
  HostAndPort,
  ListenerProtocol,
  ListeningServer,
  Network,
  RequestHead,
  Route,
  Verdict,
} from "../network.ts";
import { CannotListen } from "../network.ts";
import { endToEnd, fixedResponse, headersForTarget, ownPage, redirectPage, splitTarget } from "../network-messages.ts";
import type { SimulatedHosts, SimulatedRequest, SimulatedResponse } from "./hosts.ts";

/** Load balancers among simulated hosts. Each gets addresses of its own in 198.18.0.0/15, the range for test networks. */
export function createSimulatedNetwork(hosts: SimulatedHosts): Network {
  let allocated = 0;
  let lastPort = 49_151;
  const open = new Set<ListeningServer>();
  return {
    allocateAddresses: (count) =>
      Array.from({ length: count }, () => {
        allocated += 1;
        return `198.18.${allocated >> 8}.${allocated & 255}`;
      }),
    name: (name, addresses) => hosts.name(name, addresses),
    async listen(addresses, wantedPort, route, { protocol = "http" } = {}) {
      const port = wantedPort || ++lastPort;
      const closers: (() => void)[] = [];
      try {
        for (const address of addresses) {
          const serving = { hosts, route, address, port, protocol };
          closers.push(hosts.listen(address, port, (request) => serve({ ...serving, request })));
        }
      } catch (error) {
        for (const close of closers) close();
        throw new CannotListen(error instanceof Error ? error.message : String(error), { cause: error });
      }
      const listening: ListeningServer = {
        port,
        async close() {
          open.delete(listening);
          for (const close of closers) close();
        },
      };
      open.add(listening);
      return listening;
    },
    check: (target, check) => checkTarget(hosts, target, check),
    async shutDown() {
      await Promise.all([...open].map((listening) => listening.close()));
    },
  };
}

type Serving = {
  hosts: SimulatedHosts;
  route: Route;
  address: string;
  port: number;
  protocol: ListenerProtocol;
  request: SimulatedRequest;
};

async function serve(serving: Serving): Promise<SimulatedResponse> {
  const { route, address, request } = serving;
  const head = headOf(address, request);
  const verdict = route(head);
  const response = await answer(serving, head, verdict);
  if (verdict.action === "forward" && response.socket) response.socket.onClose(verdict.upgraded());
  else verdict.finished(response.status);
  return response;
}

function answer(serving: Serving, head: RequestHead, verdict: Verdict): SimulatedResponse | Promise<SimulatedResponse> {
  switch (verdict.action) {
    case "fixed-response":
      return fixedResponse(verdict.status, verdict.contentType, verdict.body);
    case "redirect":
      return redirectPage(verdict.status, verdict.location);
    case "own-page":
      return ownPage(verdict.status);
    case "forward":
      return forward(serving, head, verdict);
  }
}

/** Upgraded connections have no idle time-out here, as if both sides pinged. */
async function forward(serving: Serving, head: RequestHead, verdict: Forwarding): Promise<SimulatedResponse> {
  const { hosts, address, port, protocol, request } = serving;
  const { target, idleTimeoutMs, rewritten, cookies = [] } = verdict;
  const client = { remoteAddress: head.remoteAddress, port, protocol, rewritten };
  const sent: SimulatedRequest = {
    ...request,
    path: rewritten?.url ?? request.path,
    headers: joined(headersForTarget(head.headers, client)),
    remoteAddress: address,
  };
  try {
    const response = await within(hosts.send(target.host, target.port, sent), idleTimeoutMs);
    if (!response) return ownPage(504);
    const setCookies = [...(response.setCookies ?? []), ...cookies];
    const headers = joined(endToEnd(listed(response.headers)));
    return { ...response, headers, ...(setCookies.length > 0 && { setCookies }) };
  } catch {
    return ownPage(502);
  }
}

const headOf = (address: string, request: SimulatedRequest): RequestHead => {
  const headers = listed(request.headers);
  return {
    address,
    remoteAddress: request.remoteAddress,
    method: request.method,
    ...splitTarget(request.path),
    host: headers.host?.[0] ?? "",
    headers,
  };
};

const listed = (headers: Record<string, string>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value]]));
const joined = (headers: Record<string, string[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values.join(", ")]));

type Check = { path: string; timeoutMs: number };

async function checkTarget(hosts: SimulatedHosts, { host, port }: HostAndPort, check: Check): Promise<CheckOutcome> {
  const headers = { host: `${host}:${port}`, "user-agent": "ELB-HealthChecker/2.0" };
  const request = { method: "GET", path: check.path, headers, remoteAddress: "198.18.0.0" };
  try {
    const response = await within(hosts.send(host, port, request), check.timeoutMs);
    return response ? { outcome: "answered", status: response.status } : { outcome: "timed-out" };
  } catch (error) {
    return { outcome: "unreachable", reason: String(error) };
  }
}

/** Undefined where the answer takes longer. */
async function within<Answer>(answer: Promise<Answer>, ms: number): Promise<Answer | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
