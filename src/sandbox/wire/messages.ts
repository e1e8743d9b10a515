/** A request as it came in, before any service has read it. Header names are lower case; `query` is raw, without the `?`. */
export type WireRequest = {
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  body: Uint8Array;
  /** Aborts when the caller hangs up before the answer. */
  signal?: AbortSignal;
};

export type WireResponse = { status: number; headers: Record<string, string>; body: string | Uint8Array };

/** Answers a request. Rejects with `ConnectionCut` and nothing else. */
export type Handle = (request: WireRequest) => Promise<WireResponse>;

/** The caller gets no answer: its connection is reset. `code` is what the event log says of the call. */
export class ConnectionCut extends Error {
  readonly code: "RequestTimeout" | "ConnectionReset";
  /** How long the connection stays silent before the reset. */
  readonly silentMs: number;

  constructor(code: ConnectionCut["code"], silentMs = 0) {
    super("the connection was reset");
    this.code = code;
    this.silentMs = silentMs;
  }
}

/** Not Buffer.from(bytes): on the SDK's JSON bodies that calls valueOf(), which warns and turns them into a string. */
export const asBuffer = (body: string | Uint8Array): Buffer =>
  typeof body === "string" ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);

/** Resolves after `ms` milliseconds, or as soon as the signal aborts. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end, { once: true });
  });
}
