/** The data plane under the load balancers: real sockets on loopback (`real/`), or calls in one process (`simulated/`). */
export type Network = {
  /** Addresses for a new load balancer. */
  allocateAddresses(count: number): string[];
  /** Makes `name` resolve to `addresses` for whoever asks the sandbox's resolver; an empty list removes it. */
  name(name: string, addresses: string[]): void;
  /** Serves a listener on one address. Port 0 takes one that is free on every address; the answer names the port taken. */
  listen(addresses: string[], port: number, route: Route): Promise<{ port: number; close(): Promise<void> }>;
  /** One health check. Rejects when there is no answer within the time. */
  check(
    target: { host: string; port: number },
    check: { path: string; timeoutMs: number },
  ): Promise<{ status: number }>;
  /** Where resolvers can ask for the names above ("127.0.0.1:PORT"); undefined where there are no sockets. */
  readonly resolver?: string;
  shutDown(): Promise<void>;
};

/** What a load balancer sees of a request before it decides. Header names are in lower case. */
export type RequestHead = {
  address: string;
  remoteAddress: string;
  method: string;
  path: string;
  query: string;
  host: string;
  headers: Record<string, string>;
};

/** What to do with the request. `finished` is called once, with the status that the client got. */
export type Verdict = { finished(status: number): void } & (
  | { action: "fixed-response"; status: number; contentType: string; body: string }
  | { action: "redirect"; status: 301 | 302; location: string }
  | { action: "forward"; target: { host: string; port: number } }
  /** A target group without a usable target: the load balancer's own 503. */
  | { action: "no-target" }
);

export type Route = (request: RequestHead) => Verdict;
