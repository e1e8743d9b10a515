// DynamoDB requests go, bytes unread, to dynalite's own request listener: no second port.
import { EventEmitter } from "node:events";
import dynalite from "dynalite";
import type { Handle } from "./server.ts";

export function dynaliteHandle(options?: object): Handle {
  const server = dynalite(options);
  return ({ method, path, headers, body }) =>
    new Promise((resolve) => {
      const message = Object.assign(new EventEmitter(), { method, url: path, headers });
      const replyHeaders: Record<string, string> = {};
      const reply = {
        statusCode: 200,
        setHeader: (name: string, value: unknown) => {
          replyHeaders[name.toLowerCase()] = String(value);
        },
        end: (text = "") => resolve({ status: reply.statusCode, headers: replyHeaders, body: text }),
      };
      server.emit("request", message, reply);
      if (body.length) message.emit("data", Buffer.from(body));
      message.emit("end");
    });
}
