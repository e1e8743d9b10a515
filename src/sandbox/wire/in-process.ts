import { buildQueryString, type HttpRequest, HttpResponse } from "@smithy/core/protocols";
import { asBuffer, ConnectionCut, type Handle, type WireResponse } from "./messages.ts";

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
      // Made for those calls alone that somebody holds back: an AbortController is a good part of what a call costs.
      let hangUp: AbortController | undefined;
      let isOver = false;
      const outcome = handle({
        method,
        path,
        query: buildQueryString(query ?? {}),
        headers: inLowerCase(headers),
        body: asBuffer(body),
        get signal() {
          hangUp ??= new AbortController();
          if (isOver) hangUp.abort(OVER);
          return hangUp.signal;
        },
      });
      try {
        const patience = { ms: requestTimeout ?? requestTimeoutMs, abort: abortSignal as AbortSignal | undefined };
        return { response: toHttpResponse(await within(patience, outcome.catch(asSocketError))) };
      } finally {
        isOver = true;
        hangUp?.abort(OVER);
      }
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
    destroy() {},
  };
}

/** One for all calls: an abort without a reason makes an error with a stack each time. */
const OVER = new Error("the call is over");

function inLowerCase(headers: Record<string, string>): Record<string, string> {
  const lower: Record<string, string> = {};
  for (const name of Object.keys(headers)) lower[name.toLowerCase()] = headers[name]!;
  return lower;
}

type Patience = { ms: number | undefined; abort: AbortSignal | undefined };

/** Rejects when the caller's patience ends or the caller aborts before the outcome is there. */
function within<Result>({ ms, abort }: Patience, outcome: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      abort?.removeEventListener("abort", onAbort);
      settle();
    };
    const giveUp = (error: Error) => end(() => reject(error));
    const onAbort = () =>
      giveUp(Object.assign(new Error("Request aborted", { cause: abort?.reason }), { name: "AbortError" }));
    const timer = ms
      ? setTimeout(() => giveUp(timeoutError("ETIMEDOUT", `Request timed out after ${ms} ms`)), ms)
      : undefined;
    abort?.addEventListener("abort", onAbort);
    if (abort?.aborted) onAbort();
    outcome.then(
      (result) => end(() => resolve(result)),
      (error: unknown) => end(() => reject(error)),
    );
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
