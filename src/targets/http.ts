import { resolve4, resolve6 } from "node:dns/promises";
import { request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { isIP } from "node:net";
import { unreachedBy } from "./unreached.ts";

/** One request on a fresh connection. `connectTo` chooses the address while the URL keeps giving Host header and server name. */
export type HttpRequest = {
  /** GET unless given. */
  method?: string;
  url: string;
  connectTo: { address: string; port: number };
  headers?: Record<string, string>;
  body?: string;
  timeoutMs: number;
};
export type HttpAnswer = { status: number; headers: Record<string, string>; body: string };
/** Rejects with Unreached where there is no answer within the time. Follows no redirect. */
export type Http = (request: HttpRequest) => Promise<HttpAnswer>;
/** Every address a name has now. Rejects with Unreached where it has none. */
export type ResolveName = (name: string) => Promise<string[]>;

const BODY_LIMIT_BYTES = 256 * 1024;

/** A load balancer routes each request anew, but a kept connection could still be one to an address that is going away: hence no agent. */
export const httpRequest: Http = ({ method = "GET", url, connectTo, headers = {}, body, timeoutMs }) =>
  new Promise((resolve, reject) => {
    const { protocol, hostname, host, pathname, search } = new URL(url);
    const secure = protocol === "https:";
    let connected = false;
    const fail = (error: unknown) => reject(unreachedBy(error, { connected }));
    const call = (secure ? secureRequest : plainRequest)({
      method,
      agent: false,
      host: connectTo.address,
      port: connectTo.port,
      path: pathname + search,
      servername: secure && !isAddress(hostname) ? hostname : undefined,
      headers: { host, accept: "*/*", "user-agent": "intermission-probe", "cache-control": "no-cache", ...headers },
      signal: AbortSignal.timeout(timeoutMs),
    });
    call.once("socket", (socket) => {
      socket.once("connect", () => {
        connected = true;
      });
    });
    call.once("error", fail);
    call.once("response", (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= BODY_LIMIT_BYTES) chunks.push(chunk);
      });
      response.once("error", fail);
      response.once("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    call.end(body);
  });

/**
 * Asks the name servers directly: getaddrinfo would answer from the host's files and caches. IPv6 only where there is no IPv4: a node of a
 * dualstack load balancer has both on one interface, and Lambda reaches IPv6 from dualstack subnets alone.
 */
export const resolveName: ResolveName = async (name) => {
  if (isAddress(name)) return [name.replace(/^\[|\]$/g, "")];
  if (/(^|\.)localhost\.?$/i.test(name)) return ["127.0.0.1"];
  try {
    return (await resolve4(name)).toSorted();
  } catch (withoutIpv4) {
    return resolve6(name).then(
      (addresses) => addresses.toSorted(),
      () => Promise.reject(unreachedBy(withoutIpv4)),
    );
  }
};

const isAddress = (host: string) => isIP(host.replace(/^\[|\]$/g, "")) !== 0;
