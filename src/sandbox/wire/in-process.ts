import { buildQueryString, type HttpRequest, HttpResponse } from "@smithy/core/protocols";
import { asBuffer, ConnectionCut, type Handle, pause, type WireResponse } from "./messages.ts";

export type InProcessOptions = {
  /** The client's patience: a call without an answer by then is rejected with a TimeoutError. For ever by default, as in the SDK. */
  requestTimeoutMs?: number;
};
type CallOptions = { abortSignal?: unknown; requestTimeout?: number };

/** The endpoint as an SDK client's `requestHandler`: the same bytes, no sockets. */
export function inProcess(handle: Handle, { requestTimeoutMs }: InProcessOptions = {}) {
  return {
    metadata: { handlerProtocol: "http/1.1" },

    async handle(
      { method, path, query, headers, body = "" }: HttpRequest,
      { abortSignal, requestTimeout }: CallOptions = {},
    ): Promise<{ response: HttpResponse }> {
      const hangUp = new AbortController();
      const outcome = handle({
        method,
        path,
        query: buildQueryString(query ?? {}),
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
        body: asBuffer(body),
        signal: hangUp.signal,
      });
      const givenUp = giveUp(requestTimeout ?? requestTimeoutMs, abortSignal as AbortSignal | undefined, hangUp.signal);
      try {
        const reply = await Promise.race([outcome.catch(asSocketError), givenUp]);
        return { response: toHttpResponse(reply) };
      } finally {
        hangUp.abort(OVER);
      }
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
    destroy() {},
  };
}

/** One for all calls: an abort without a reason makes an error with a stack each time. */
const OVER = new Error("the call is over");

/** Rejects when the caller's patience ends or the caller aborts; never settles otherwise. */
function giveUp(patienceMs: number | undefined, abort: AbortSignal | undefined, over: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (patienceMs)
      void pause(patienceMs, over).then(() => {
        if (!over.aborted) reject(timeoutError("ETIMEDOUT", `Request timed out after ${patienceMs} ms`));
      });
    const onAbort = () =>
      reject(Object.assign(new Error("Request aborted", { cause: abort?.reason }), { name: "AbortError" }));
    if (abort?.aborted) onAbort();
    abort?.addEventListener("abort", onAbort, { once: true, signal: over });
  });
}

/** What the SDK's own handler makes of a connection reset under it: it calls that a TimeoutError, which clients retry. */
function asSocketError(error: unknown): never {
  throw error instanceof ConnectionCut ? timeoutError("ECONNRESET", "read ECONNRESET") : error;
}

const timeoutError = (code: string, message: string) =>
  Object.assign(new Error(message), { name: "TimeoutError", code });

const toHttpResponse = ({ status, headers, body }: WireResponse) =>
  new HttpResponse({ statusCode: status, headers, body: asBuffer(body) });
