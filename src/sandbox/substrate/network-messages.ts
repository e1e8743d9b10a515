import type { ListenerProtocol, Rewritten } from "./network.ts";

/** What an Application Load Balancer itself puts on the wire, the same over sockets and in simulations. */

type OwnAnswer = { status: number; headers: Record<string, string>; body: string };

const SERVER = "awselb/2.0";
export const CLIENT_LEFT = 460;

const REASONS: Record<number, string> = {
  301: "Moved Permanently",
  302: "Found",
  401: "Unauthorized",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
};

/** The load balancer's own page: 502 on a broken target connection, 503 without a target, 504 on a silent target. */
export function ownPage(
  status: 301 | 302 | 401 | 500 | 502 | 503 | 504,
  headers: Record<string, string> = {},
): OwnAnswer {
  const title = `${status} ${REASONS[status]}`;
  const page = [
    "<html>",
    `<head><title>${title}</title></head>`,
    "<body>",
    `<center><h1>${title}</h1></center>`,
    "</body>",
    "</html>",
    "",
  ].join("\r\n");
  return answer(status, page, { "content-type": "text/html", ...headers });
}

export const redirectPage = (status: 301 | 302, location: string): OwnAnswer => ownPage(status, { location });

export const fixedResponse = (status: number, contentType: string, body: string): OwnAnswer =>
  answer(status, body, body ? { "content-type": `${contentType}; charset=utf-8` } : {});

function answer(status: number, body: string, headers: Record<string, string>): OwnAnswer {
  return { status, headers: { server: SERVER, "content-length": String(Buffer.byteLength(body)), ...headers }, body };
}

type Headers = Record<string, string[]>;

type Client = { remoteAddress: string; port: number; protocol: ListenerProtocol; rewritten?: Rewritten };

/** What the target gets instead of the client's headers: hop-by-hop ones removed, X-Forwarded-* set as the mode `append` does. */
export function headersForTarget(headers: Headers, { remoteAddress, port, protocol, rewritten }: Client): Headers {
  return {
    ...endToEnd(headers),
    ...(rewritten?.host !== undefined && { host: [rewritten.host] }),
    "x-forwarded-for": [[...(headers["x-forwarded-for"] ?? []), remoteAddress].join(", ")],
    "x-forwarded-proto": [protocol],
    "x-forwarded-port": [String(port)],
    ...(isWebSocket(headers) && { connection: ["upgrade"], upgrade: ["websocket"] }),
  };
}

/** The only protocol that an Application Load Balancer lets a connection switch to. */
export const isWebSocket = ({ upgrade, connection }: Headers): boolean =>
  upgrade?.[0]?.toLowerCase() === "websocket" && /\bupgrade\b/i.test(connection?.join(",") ?? "");

const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Headers without those that concern one connection only, be they listed in RFC 9110 or by the message's own Connection header. */
export function endToEnd(headers: Headers): Headers {
  const named = (headers.connection ?? []).flatMap((value) => value.toLowerCase().split(/\s*,\s*/));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && !named.includes(name)));
}

export function splitTarget(requestTarget: string): { path: string; query: string } {
  // A client may send the absolute form ("GET http://host/path HTTP/1.1").
  const origin = requestTarget.replace(/^https?:\/\/[^/?]*/i, "");
  const [path, query = ""] = origin.split(/\?(.*)/s);
  return { path: path || "/", query };
}
