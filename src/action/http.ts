import type { Clock } from "../clock.ts";
import { type ApiProblem, ApiRefusal, NoAnswer } from "./errors.ts";
import type { IdTokens } from "./id-token.ts";

export type Http = {
  /** One attempt. Throws NoAnswer, ApiRefusal, or the signal's reason. */
  ask(request: HttpRequest): Promise<unknown>;
};
export type HttpRequest = {
  method: "GET" | "POST";
  /** Below the API's URL, beginning with a slash. */
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
  signal: AbortSignal;
  timeoutMs: number;
  /** Just before the request leaves. */
  onSend?: () => void;
  /** Once the request has left, an abort ends it this much later: its answer is worth waiting for. */
  lastWordsMs?: number;
};

export function createHttp({
  apiUrl,
  fetch,
  clock,
  idTokens,
}: {
  apiUrl: string;
  fetch: typeof globalThis.fetch;
  clock: Clock;
  idTokens: IdTokens;
}): Http {
  async function once(request: HttpRequest): Promise<unknown> {
    const { method, path, body, signal, timeoutMs, lastWordsMs = 0 } = request;
    const what = `${method} ${path.split("?")[0]}`;
    const token = await unlessAborted(idTokens.get(), signal);
    const cut = new AbortController();
    const answered = new AbortController();
    const cutAfter = (ms: number, reason: () => unknown) =>
      clock.sleep(ms, answered.signal).then(
        () => cut.abort(reason()),
        () => {},
      );
    const onAbort = () =>
      lastWordsMs > 0 ? void cutAfter(lastWordsMs, () => signal.reason) : cut.abort(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    void cutAfter(timeoutMs, () => new NoAnswer(`${what} was not answered within ${timeoutMs / 1_000} s`));
    try {
      request.onSend?.();
      const response = await fetch(`${apiUrl}${path}`, {
        method,
        headers: {
          accept: "application/json",
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...request.headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        redirect: "manual",
        signal: cut.signal,
      });
      return await read(response, what, clock);
    } catch (error) {
      if (error instanceof ApiRefusal) throw error;
      cut.signal.throwIfAborted();
      const { message, code } = innermost(error);
      throw new NoAnswer(`${what} got no answer: ${message}`, { cause: error, neverSent: NEVER_SENT.has(code) });
    } finally {
      signal.removeEventListener("abort", onAbort);
      answered.abort();
    }
  }

  return {
    async ask(request) {
      try {
        return await once(request);
      } catch (error) {
        if (!(error instanceof ApiRefusal && error.status === 401)) throw error;
        idTokens.forget();
        return once(request);
      }
    },
  };
}

const NOT_THE_API = "api-url does not seem to be that of an Intermission API";

async function read(response: Response, what: string, clock: Clock): Promise<unknown> {
  const text = await response.text();
  const json = parse(text);
  if (response.status >= 300 && response.status < 400) {
    const title = `it redirects to ${response.headers.get("location") ?? "nowhere"}`;
    throw new ApiRefusal(what, { status: response.status, problem: { title, detail: NOT_THE_API } });
  }
  if (!response.ok) {
    throw new ApiRefusal(what, {
      status: response.status,
      problem: isRecord(json) ? (json as ApiProblem) : {},
      retryAfterMs: retryAfter(response.headers.get("retry-after"), clock),
    });
  }
  if (!isRecord(json)) {
    const type = response.headers.get("content-type") ?? "nothing";
    throw new ApiRefusal(what, {
      status: response.status,
      problem: { title: `expected JSON, found ${type}`, detail: NOT_THE_API },
    });
  }
  return json;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** Seconds or an HTTP date. */
function retryAfter(header: string | null, clock: Clock): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - clock.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** No connection was made, so the request cannot have arrived. */
const NEVER_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** fetch says "fetch failed" and hides why in its causes. */
function innermost(error: unknown): { message: string; code: string } {
  let deepest = error;
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause;
  if (!(deepest instanceof Error)) return { message: String(deepest), code: "" };
  const code = "code" in deepest && typeof deepest.code === "string" ? deepest.code : "";
  return { message: deepest.message || code || deepest.name, code };
}

function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
