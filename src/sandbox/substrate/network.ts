/** The data plane under the load balancers: real sockets on loopback (`real/`), or calls in one process (`simulated/`). */
export type Network = {
  /** Addresses for a new load balancer. */
  allocateAddresses(count: number): string[];
  /** Makes `name` resolve to `addresses` for whoever asks the sandbox's resolver; an empty list removes it. */
  name(name: string, addresses: string[]): void;
  /**
   * Serves a listener on every one of the addresses. Port 0 takes one that is free on all of them; the answer names the port taken.
   * Rejects with CannotListen. Closing cuts every connection.
   */
  listen(addresses: string[], port: number, route: Route): Promise<ListeningServer>;
  /** One health check. Never rejects. */
  check(target: HostAndPort, check: { path: string; timeoutMs: number }): Promise<CheckOutcome>;
  /** Where resolvers can ask for the names above ("127.0.0.1:PORT"); undefined where there are no sockets. */
  readonly resolver?: string;
  shutDown(): Promise<void>;
};

export type HostAndPort = { host: string; port: number };
export type ListeningServer = { port: number; close(): Promise<void> };
export type CheckOutcome =
  | { outcome: "answered"; status: number }
  | { outcome: "timed-out" }
  | { outcome: "unreachable"; reason: string };

/** A port that is taken, or an address or port that this machine does not let us have. */
export class CannotListen extends Error {
  override name = "CannotListen";
}

/** What a load balancer sees of a request before it decides. Header names are in lower case; a repeated header keeps its values in order. */
export type RequestHead = {
  address: string;
  remoteAddress: string;
  method: string;
  path: string;
  query: string;
  host: string;
  headers: Record<string, string[]>;
};

/** What to do with the request. `finished` is called once, with the status that the client got (460 where it left before). */
export type Verdict = { finished: (status: number) => void } & (
  | { action: "fixed-response"; status: number; contentType: string; body: string }
  | { action: "redirect"; status: 301 | 302; location: string }
  | { action: "forward"; target: HostAndPort; idleTimeoutMs: number }
  /** A target group without a usable target: the load balancer's own 503. */
  | { action: "no-target" }
);

export type Route = (request: RequestHead) => Verdict;
