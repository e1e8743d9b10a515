import type { IncomingMessage, ServerResponse } from "node:http";
import type { World } from "../cloud/world.ts";
import type { Authorize } from "./authorizers.ts";
import { type HttpApiRequest, httpApiEvent, type RouteCaller } from "./http-api-event.ts";
import { gatewayMessage, type HttpApiResponse, httpApiResponse } from "./http-api-response.ts";
import { BodyTooLarge, type LoopbackServer, readBody, serveOnLoopback } from "./loopback-server.ts";
import { type HttpApiRoute, routeFor } from "./routes.ts";
import { createThrottle, type Throttle } from "./throttle.ts";

export type HttpApiOptions = {
  world: Pick<World, "account" | "clock" | "ids" | "log">;
  /** The API's name in the event log: `github`, `operator`. */
  name: string;
  routes: readonly HttpApiRoute[];
  authorize: Authorize;
  /** Invokes the function with the event as JSON. Rejects when it cannot be invoked; `functionError` when it threw. */
  invoke: (functionName: string, payload: string) => Promise<Invoked>;
  /** Without it everything is taken. */
  throttle?: Throttle;
  /** How long the function may take. HTTP APIs allow 30 s at most. */
  timeoutMs?: number;
};

export type HttpApi = { handle(request: HttpApiRequest): Promise<HttpApiResponse> };

const BODY_LIMIT_BYTES = 10 * 1024 * 1024;

/** An API Gateway HTTP API with its stage `$default`, payload format 2.0. */
export function createHttpApi(options: HttpApiOptions): HttpApi {
  const { world, name, routes, authorize, invoke, timeoutMs = 30_000 } = options;
  const takes = options.throttle ? createThrottle(options.throttle, world.clock) : () => true;
  const apiId = world.ids.hex(10);

  async function answer(request: HttpApiRequest, requestId: string, call: CallRecord): Promise<HttpApiResponse> {
    if (request.body.length > BODY_LIMIT_BYTES) return gatewayMessage(413, "Request Entity Too Large");
    if (!takes()) {
      call.outcome = "Too Many Requests";
      return gatewayMessage(429, "Too Many Requests");
    }
    const route = routeFor(routes, request);
    if (!route) {
      call.outcome = "Not Found: no route";
      return gatewayMessage(404, "Not Found");
    }
    let caller: RouteCaller | undefined;
    try {
      caller = await authorize(route.authorizer, request);
    } catch (error) {
      // HTTP APIs say no more than this, whatever was wrong; the reason is in the event log.
      const [status, message] = route.authorizer.kind === "jwt" ? [401, "Unauthorized"] : [403, "Forbidden"];
      call.outcome = `${message}: ${error instanceof Error ? error.message : String(error)}`;
      return gatewayMessage(Number(status), String(message));
    }
    call.caller = nameOf(caller);

    const nowMs = world.clock.now();
    const event = httpApiEvent(request, {
      accountId: world.account,
      apiId,
      requestId,
      traceId: `Root=1-${Math.floor(nowMs / 1_000).toString(16)}-${world.ids.hex(24)}`,
      nowMs,
      port: Number(/:(\d+)$/.exec(request.headers.host ?? "")?.[1] ?? 80),
      routeKey: route.key,
      caller,
    });
    const outcome = await within(invoke(route.functionName, JSON.stringify(event)));
    if (outcome === "timed-out") {
      call.outcome = `Service Unavailable: no answer within ${timeoutMs} ms`;
      return gatewayMessage(503, "Service Unavailable");
    }
    if (outcome.functionError !== undefined) {
      call.outcome = `Internal Server Error: ${outcome.functionError} ${outcome.payload}`.trim();
      return gatewayMessage(500, "Internal Server Error");
    }
    return httpApiResponse(outcome.payload);
  }

  async function within(invocation: Promise<Invoked>): Promise<Invoked | "timed-out"> {
    const done = new AbortController();
    const expiry = world.clock.sleep(timeoutMs, done.signal).then(
      () => "timed-out" as const,
      () => "timed-out" as const,
    );
    const outcome = await Promise.race([
      invocation.catch((error: unknown) => ({ payload: "", functionError: String(error) })),
      expiry,
    ]);
    done.abort();
    return outcome;
  }

  return {
    async handle(request) {
      const requestId = `${world.ids.hex(14)}=`;
      const call: CallRecord = { caller: "anonymous", outcome: "ok" };
      const response = await answer(request, requestId, call);
      world.log.append({
        kind: "call",
        service: `execute-api/${name}`,
        operation: `${request.method} ${request.path}`,
        caller: call.caller,
        parameters: { query: request.query, status: response.status },
        outcome: call.outcome,
      });
      return { ...response, headers: { ...response.headers, "apigw-requestid": requestId } };
    },
  };
}

const nameOf = (caller: RouteCaller | undefined): string =>
  caller === undefined ? "anonymous" : "iam" in caller ? caller.iam.userArn : (caller.jwt.claims.sub ?? "a token");

export type Invoked = { payload: string; functionError?: string };
type CallRecord = { caller: string; outcome: string };

/** The HTTP API on a loopback port of its own. */
export const serveHttpApi = (api: HttpApi): Promise<LoopbackServer> =>
  serveOnLoopback(async (message, reply) => {
    let body: Uint8Array;
    try {
      body = await readBody(message, BODY_LIMIT_BYTES);
    } catch (error) {
      if (!(error instanceof BodyTooLarge)) throw error;
      const { status, headers, body: text } = gatewayMessage(413, "Request Entity Too Large");
      reply.writeHead(status, { ...headers, connection: "close" }).end(text);
      return;
    }
    send(reply, await api.handle(toRequest(message, body)));
  });

function toRequest(message: IncomingMessage, body: Uint8Array): HttpApiRequest {
  const [path = "/", query = ""] = (message.url ?? "/").split(/\?(.*)/s);
  const headers = Object.entries(message.headersDistinct).map(([name, values = []]) => [
    name,
    values.join(name === "cookie" ? "; " : ","),
  ]);
  return {
    method: message.method ?? "GET",
    path,
    query,
    headers: Object.fromEntries(headers),
    body,
    remoteAddress: message.socket.remoteAddress ?? "",
    protocol: `HTTP/${message.httpVersion}`,
  };
}

function send(reply: ServerResponse, { status, headers, body }: HttpApiResponse): void {
  const bodiless = status === 204 || status === 304;
  reply.writeHead(status, bodiless ? headers : { ...headers, "content-length": body.length });
  reply.end(bodiless ? undefined : body);
}
