import type { OperationEvent } from "../operations/event.ts";
import type { OperationRequest } from "../operations/operation.ts";
import type { Plan } from "../operations/plan.ts";
import type { Receipt } from "../operations/receipt.ts";
import type { OperationState } from "../operations/state.ts";
import { ApiRefusal, Interrupted, isPassing, NoAnswer, StartUncertain } from "./errors.ts";
import type { Http } from "./http.ts";
import { type Patience, retrying } from "./retry.ts";

/** The API's calls that the action makes. Each is tried again while patience lasts. */
export type Client = {
  /** Safe to repeat: the key makes sure that one operation is started. Throws StartUncertain where nobody can say whether one was. */
  start(start: Start, patience: Patience): Promise<OperationState>;
  plan(plan: { target: string; request: OperationRequest }, patience: Patience): Promise<Plan>;
  /** With `waitSeconds`, answers as soon as the operation's version is past `after`, or when the time is up. */
  operation(id: string, patience: Patience, longPoll?: { after: number; waitSeconds: number }): Promise<OperationState>;
  events(id: string, after: number, patience: Patience): Promise<OperationEvent[]>;
  receipt(id: string, patience: Patience): Promise<Receipt>;
};

export type Start = {
  target: string;
  request: OperationRequest;
  idempotencyKey: string;
  /** Just before the first request leaves, and before every further one. */
  onSend: () => void;
};

/** API Gateway ends every request after 30 s; a plan looks at many things. */
const TIMEOUT_MS = 35_000;
/** The runner kills ten seconds after its first signal. */
const LAST_WORDS_MS = 2_500;

export function createClient(http: Http): Client {
  // The types are the API's own, so its answers are what they say; an API that is something else is found out by its content type.
  const get = (path: string, patience: Patience) =>
    retrying(() => http.ask({ method: "GET", path, signal: patience.signal, timeoutMs: TIMEOUT_MS }), patience);
  const operationPath = (id: string) => `/v1/operations/${encodeURIComponent(id)}`;
  const targetPath = (target: string) => `/v1/targets/${encodeURIComponent(target)}`;

  return {
    start: (start, patience) => startOnce(http, `${targetPath(start.target)}/operations`, start, patience),
    plan: async ({ target, request }, patience) => {
      const post = { method: "POST", path: `${targetPath(target)}/plan`, body: request } as const;
      const ask = () => http.ask({ ...post, signal: patience.signal, timeoutMs: TIMEOUT_MS });
      return (await retrying(ask, patience)) as Plan;
    },
    operation: async (id, patience, longPoll) =>
      (await get(
        operationPath(id) + (longPoll ? `?after=${longPoll.after}&wait=${longPoll.waitSeconds}` : ""),
        patience,
      )) as OperationState,
    events: async (id, after, patience) =>
      ((await get(`${operationPath(id)}/events?after=${after}`, patience)) as { events: OperationEvent[] }).events,
    receipt: async (id, patience) => (await get(`${operationPath(id)}/receipt`, patience)) as Receipt,
  };
}

async function startOnce(http: Http, path: string, start: Start, patience: Patience): Promise<OperationState> {
  let uncertain = false;
  const attempt = async () => {
    let sent = false;
    const onSend = () => {
      sent = true;
      start.onSend();
    };
    try {
      return (await http.ask({
        method: "POST",
        path,
        body: start.request,
        headers: { "idempotency-key": start.idempotencyKey },
        signal: patience.signal,
        timeoutMs: TIMEOUT_MS,
        lastWordsMs: LAST_WORDS_MS,
        onSend,
      })) as OperationState;
    } catch (error) {
      if (sent && !isCertain(error)) uncertain = true;
      throw error;
    }
  };
  try {
    return await retrying(attempt, patience);
  } catch (error) {
    if (uncertain && error instanceof Error && (isPassing(error) || error instanceof Interrupted))
      throw new StartUncertain(error);
    throw error;
  }
}

/** Whether the request cannot have started anything. A server error can come from a gateway that gave up on a function that went on. */
const isCertain = (error: unknown): boolean =>
  (error instanceof NoAnswer && error.neverSent) || (error instanceof ApiRefusal && error.status < 500);
