import { resolve4 } from "node:dns/promises";
import { request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";

/** One request on a fresh connection. `connectTo` chooses the address while the URL keeps giving Host header and server name. */
export type HttpRequest = {
  /** GET unless given. */
  method?: string;
  url: string;
  connectTo?: { address: string; port: number };
  headers?: Record<string, string>;
  body?: string;
  timeoutMs: number;
};
export type HttpAnswer = { status: number; headers: Record<string, string>; body: string };
/** Rejects where there is no answer within the time. */
export type Http = (request: HttpRequest) => Promise<HttpAnswer>;
/** Every IPv4 address a name has now. */
export type ResolveName = (name: string) => Promise<string[]>;

const BODY_LIMIT_BYTES = 256 * 1024;

/** A load balancer routes each request anew, but a kept connection could still be one to an address that is going away: hence no agent. */
export const httpRequest: Http = ({ method = "GET", url, connectTo, headers = {}, body, timeoutMs }) =>
  new Promise((resolve, reject) => {
    const { protocol, hostname, host, port, pathname, search } = new URL(url);
    const secure = protocol === "https:";
    const call = (secure ? secureRequest : plainRequest)({
      method,
      agent: false,
      host: connectTo?.address ?? hostname,
      port: connectTo?.port ?? (port || (secure ? 443 : 80)),
      path: pathname + search,
      servername: secure ? hostname : undefined,
      headers: { host, accept: "*/*", "user-agent": "intermission-probe", "cache-control": "no-cache", ...headers },
      signal: AbortSignal.timeout(timeoutMs),
    });
    call.once("error", reject);
    call.once("response", (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= BODY_LIMIT_BYTES) chunks.push(chunk);
      });
      response.once("error", reject);
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

/** Asks the name servers directly: getaddrinfo would answer from the host's files and caches. */
export const resolveName: ResolveName = async (name) => (await resolve4(name)).toSorted();
