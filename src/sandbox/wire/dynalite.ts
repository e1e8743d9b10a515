import { EventEmitter } from "node:events";
import dynalite from "dynalite";
import { countInFlight } from "./in-flight.ts";
import type { Handle } from "./messages.ts";

export type DynaliteOptions = {
  /** A directory to keep the tables in; in memory by default. */
  path?: string;
  /** How long a table stays CREATING. */
  createTableMs?: number;
  /** How long a table stays DELETING. */
  deleteTableMs?: number;
};

/** Hands requests, bytes unread, to dynalite's own request listener: no second port. */
export function dynaliteHandle(options: DynaliteOptions = {}): Handle {
  const server = dynalite(options);
  const ask: Handle = ({ method, path, headers, body }) =>
    new Promise((resolve) => {
      const message = Object.assign(new EventEmitter(), { method, url: path, headers });
      const replyHeaders: Record<string, string> = {};
      const reply = {
        statusCode: 200,
        setHeader(name: string, value: unknown) {
          replyHeaders[name.toLowerCase()] = String(value);
        },
        end: (text: string | Uint8Array = "") =>
          resolve({ status: reply.statusCode, headers: replyHeaders, body: text }),
      };
      server.emit("request", message, reply);
      if (body.length > 0) message.emit("data", Buffer.from(body));
      message.emit("end");
    });
  return (request) => countInFlight(() => ask(request));
}
