import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

export type LoopbackServer = { url: string; port: number; close(): Promise<void> };

/**
 * Serves HTTP on 127.0.0.1. Port 0 takes a free one. `close` cuts what is still open, so that a client that follows a stream cannot
 * keep the process alive.
 */
export async function serveOnLoopback(
  answer: (message: IncomingMessage, reply: ServerResponse) => Promise<void>,
  { port = 0 } = {},
): Promise<LoopbackServer> {
  const server = createServer((message, reply) => {
    answer(message, reply).catch((error: unknown) => {
      if (reply.headersSent) reply.destroy();
      else if (error instanceof BodyTooLarge)
        reply.writeHead(413, { "content-type": "text/plain", connection: "close" }).end(`${error.message}\n`);
      else reply.writeHead(500, { "content-type": "text/plain" }).end(`${String(error)}\n`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
  const taken = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export class BodyTooLarge extends Error {
  override name = "BodyTooLarge";
}

/** Rejects with BodyTooLarge past `limitBytes`. */
export async function readBody(message: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limitBytes) throw new BodyTooLarge(`the body is larger than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const LIMIT_BYTES = 1024 * 1024;

/** A web-standard application (Hono's `app.fetch`) as an answer for `serveOnLoopback`. */
export const webAnswer =
  (fetch: (request: Request) => Response | Promise<Response>) =>
  async (message: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const body = await readBody(message, LIMIT_BYTES);
    const gone = new AbortController();
    reply.once("close", () => gone.abort());
    const request = requestOf(message, { body, signal: gone.signal });
    if (!request) {
      const said = `expected a method and an address that can be served, found ${message.method} ${message.url}\n`;
      reply.writeHead(400, { "content-type": "text/plain", connection: "close" }).end(said);
      return;
    }
    const response = await fetch(request);
    reply.writeHead(response.status, Object.fromEntries(response.headers));
    if (!response.body) {
      reply.end();
      return;
    }
    reply.flushHeaders();
    await pipeline(Readable.fromWeb(response.body), reply).catch(() => reply.destroy());
  };

/** Undefined where the web has no such request: TRACE, or a host that is none. */
function requestOf(
  { headers, headersDistinct, method, url = "/" }: IncomingMessage,
  { body, signal }: { body: Buffer; signal: AbortSignal },
): Request | undefined {
  // Through a proxy the whole address is asked for.
  const address = URL.parse(url.startsWith("/") ? `http://${headers.host ?? "127.0.0.1"}${url}` : url);
  if (!address || method === "TRACE" || method === "CONNECT") return undefined;
  return new Request(address, {
    method,
    headers: Object.entries(headersDistinct).flatMap(([name, values = []]) =>
      values.map((value): [string, string] => [name, value]),
    ),
    body: method === "GET" || method === "HEAD" ? null : new Uint8Array(body),
    signal,
  });
}
