import type { OperationEvent } from "../operations/event.ts";
import type { OperationOrder } from "../operations/operation.ts";
import type { Plan } from "../operations/plan.ts";
import type { Receipt } from "../operations/receipt.ts";
import { operationIn } from "./answer-shape.ts";
import type { Answered, Bypass, Listed } from "./answered.ts";
import { AnswerUncertain, ApiRefusal, Interrupted, isPassing, NoAnswer } from "./errors.ts";
import type { Http } from "./http.ts";
import { type Patience, retrying } from "./retry.ts";

/** The API's calls that the action makes. Each is tried again while patience lasts. */
export type Client = {
  /** Safe to repeat: the key makes sure that one operation is started. Throws AnswerUncertain where nobody can say whether one was. */
  start(start: Start, patience: Patience): Promise<Answered>;
  /** Throws AnswerUncertain where nobody can say whether it was recorded, or whether a run acts on it. */
  decide(id: string, decision: Decided, patience: Patience): Promise<Answered>;
  /** As `decide`. */
  restore(id: string, restore: Decided, patience: Patience): Promise<Answered>;
  plan(plan: { target: string; request: OperationOrder }, patience: Patience): Promise<Plan>;
  /** With `waitSeconds`, answers as soon as the operation's version is past `after`, or when the time is up. */
  operation(id: string, patience: Patience, longPoll?: { after: number; waitSeconds: number }): Promise<Answered>;
  /** Newest first. */
  operations(target: string, patience: Patience): Promise<Listed[]>;
  events(id: string, after: number, patience: Patience): Promise<OperationEvent[]>;
  receipt(id: string, patience: Patience): Promise<Receipt>;
  /** The header's value is a secret. */
  bypass(id: string, patience: Patience): Promise<Bypass>;
};

export type Start = {
  target: string;
  request: OperationOrder;
  idempotencyKey: string;
  /** Just before the first request leaves, and before every further one. */
  onSend: () => void;
};
export type Decided = {
  body: Record<string, unknown>;
  /** Asked before the request is repeated: what it answers is the answer, and nothing is sent. */
  actedOn: () => Promise<Answered | undefined>;
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
    start: ({ target, request, idempotencyKey, onSend }, patience) => {
      const headers = { "idempotency-key": idempotencyKey };
      return post(http, { path: `${targetPath(target)}/operations`, body: request, headers, onSend }, patience);
    },
    decide: (id, { body, actedOn }, patience) =>
      post(http, { path: `${operationPath(id)}/decisions`, body, actedOn }, patience),
    restore: (id, { body, actedOn }, patience) =>
      post(http, { path: `${operationPath(id)}/restore`, body, actedOn }, patience),
    plan: async ({ target, request }, patience) => {
      const plan = { method: "POST", path: `${targetPath(target)}/plan`, body: request } as const;
      const ask = () => http.ask({ ...plan, signal: patience.signal, timeoutMs: TIMEOUT_MS });
      return (await retrying(ask, patience)) as Plan;
    },
    operation: async (id, patience, longPoll) => {
      const query = longPoll ? `?after=${longPoll.after}&wait=${longPoll.waitSeconds}` : "";
      return operationIn(await get(operationPath(id) + query, patience), operationPath(id));
    },
    operations: async (target, patience) => {
      const path = `/v1/operations?limit=100&target=${encodeURIComponent(target)}`;
      return ((await get(path, patience)) as { operations: Listed[] }).operations;
    },
    events: async (id, after, patience) =>
      ((await get(`${operationPath(id)}/events?after=${after}`, patience)) as { events: OperationEvent[] }).events,
    receipt: async (id, patience) => (await get(`${operationPath(id)}/receipt`, patience)) as Receipt,
    bypass: async (id, patience) => (await get(`${operationPath(id)}/bypass`, patience)) as Bypass,
  };
}

type Post = {
  path: string;
  body: unknown;
  headers?: Record<string, string>;
  onSend?: () => void;
  actedOn?: Decided["actedOn"];
};

async function post(
  http: Http,
  { path, body, headers, actedOn, onSend: say }: Post,
  patience: Patience,
): Promise<Answered> {
  let [repeats, uncertain] = [false, false];
  const attempt = async () => {
    const acted = repeats ? await actedOn?.() : undefined;
    if (acted) return acted;
    repeats = true;
    let sent = false;
    const onSend = () => {
      sent = true;
      say?.();
    };
    try {
      const answer = await http.ask({
        ...{ method: "POST", path, body, headers, onSend },
        signal: patience.signal,
        timeoutMs: TIMEOUT_MS,
        lastWordsMs: LAST_WORDS_MS,
      });
      return operationIn(answer, path);
    } catch (error) {
      if (sent && !isCertain(error)) uncertain = true;
      throw error;
    }
  };
  try {
    return await retrying(attempt, patience);
  } catch (error) {
    if (uncertain && error instanceof Error && (isPassing(error) || error instanceof Interrupted))
      throw new AnswerUncertain(error);
    throw error;
  }
}

/** Whether the request cannot have done anything. A server error can come from a gateway that gave up on a function that went on. */
const isCertain = (error: unknown): boolean =>
  (error instanceof NoAnswer && error.neverSent) || (error instanceof ApiRefusal && error.status < 500);
