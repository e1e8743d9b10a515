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
  listen(addresses: string[], port: number, route: Route, options?: ListenOptions): Promise<ListeningServer>;
  /** One health check. Never rejects. */
  check(target: HostAndPort, check: { path: string; timeoutMs: number }): Promise<CheckOutcome>;
  /** Where resolvers can ask for the names above ("127.0.0.1:PORT"); undefined where there are no sockets. */
  readonly resolver?: string;
  shutDown(): Promise<void>;
};

export type ListenOptions = {
  /** "http" unless said. A network that cannot do "https" rejects with TlsNotAvailable. */
  protocol?: ListenerProtocol;
};
export type ListenerProtocol = "http" | "https";
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

/** Connections over TLS are more than this network can do. */
export class TlsNotAvailable extends Error {
  override name = "TlsNotAvailable";
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
  | ({ action: "forward" } & Forwarding)
  /** A page of the load balancer's own: nobody is signed in, a transform failed, no target is usable. */
  | { action: "own-page"; status: 401 | 500 | 503 }
);

export type Forwarding = {
  target: HostAndPort;
  idleTimeoutMs: number;
  /** What the target gets instead of the client's Host header and request target. */
  rewritten?: Rewritten;
  /** Set-Cookie headers that the load balancer adds to the target's answer. */
  cookies?: string[];
  /**
   * Called instead of `finished` where the target switches protocols: the connection belongs to this target from here on, whatever becomes of
   * rules and targets. Returns what to call when it has ended.
   */
  upgraded: () => () => void;
};
export type Rewritten = { host?: string; url?: string };

export type Route = (request: RequestHead) => Verdict;
