import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Forwarding } from "../network.ts";
import { CLIENT_LEFT, endToEnd, headersForTarget, ownPage } from "../network-messages.ts";
import { joinSockets } from "./websockets.ts";

// A connection a request: a kept one may have died with its task, and would turn a task's end into a visitor's 502.
const agent = new Agent({ keepAlive: false });

/** The client asks to make its connection a websocket. `head` is what it sent already; `upgraded` gets the sockets to cut at the end. */
export type Upgrade = { socket: Duplex; head: Buffer; upgraded: Set<Duplex> };

type Exchange = Forwarding & {
  request: IncomingMessage;
  response: ServerResponse;
  /** The listener's port, for X-Forwarded-Port. */
  port: number;
  finished: (status: number) => void;
  upgrade?: Upgrade;
};

/** Streams a request to a target and its answer back. A broken target connection is a 502, a silent one a 504. */
export function proxy({ request, response, port, finished, upgrade, ...forwarding }: Exchange): void {
  const { target, idleTimeoutMs, rewritten, cookies = [], upgraded } = forwarding;
  const remoteAddress = plainAddress(request.socket.remoteAddress);
  const headers = headersForTarget(distinct(request), { remoteAddress, port, protocol: "http", rewritten });
  // Without it node would send the body of a GET or DELETE unframed.
  if (request.headers["transfer-encoding"]) headers["transfer-encoding"] = ["chunked"];

  const upstream = httpRequest({
    agent,
    host: target.host,
    port: target.port,
    method: request.method,
    path: rewritten?.url ?? request.url,
    headers: collapsed(headers),
    setHost: false,
  });

  let over = false;
  const finish = (status: number) => {
    if (over) return;
    over = true;
    finished(status);
  };
  const fail = (status: 502 | 504) => {
    upstream.destroy();
    if (over) return;
    request.unpipe(upstream);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const page = ownPage(status);
    response.writeHead(page.status, page.headers).end(page.body);
  };
  const headersForClient = (answer: IncomingMessage) => {
    const own = endToEnd(distinct(answer));
    return collapsed(cookies.length > 0 ? { ...own, "set-cookie": [...(own["set-cookie"] ?? []), ...cookies] } : own);
  };

  upstream.setTimeout(idleTimeoutMs, () => fail(504));
  upstream.on("error", () => fail(502));
  upstream.on("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headersForClient(answer));
    answer.on("error", () => fail(502));
    answer.pipe(response);
  });
  upstream.on("upgrade", (answer, socket, head) => {
    if (over || !upgrade) {
      socket.destroy();
      fail(502);
      return;
    }
    over = true;
    const ended = upgraded();
    const switching = { ...headersForClient(answer), connection: "Upgrade", upgrade: answer.headers.upgrade };
    joinSockets({ client: upgrade, target: { socket, head }, response, headers: switching, idleTimeoutMs, ended });
  });
  response.on("finish", () => finish(response.statusCode));
  response.on("close", () => {
    if (over) return;
    upstream.destroy();
    finish(response.headersSent ? response.statusCode : CLIENT_LEFT);
  });
  if (upgrade) upstream.end();
  else request.pipe(upstream);
}

/** Header names in lower case, each with its values in order. */
export const distinct = (message: IncomingMessage): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(message.headersDistinct).flatMap(([name, values]) => (values ? [[name, values]] : [])),
  );

const collapsed = (headers: Record<string, string[]>): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [name, values.length === 1 ? values[0]! : values]),
  );

export const plainAddress = (address = ""): string => address.replace(/^::ffff:/, "");
