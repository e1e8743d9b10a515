import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import type { OperationEvent } from "../operations/event.ts";
import { type Decision, isSettled } from "../operations/operation.ts";
import type { Plan } from "../operations/plan.ts";
import type { Receipt } from "../operations/receipt.ts";
import type { OperationState } from "../operations/state.ts";

export type OperatorOptions = {
  apiUrl: string;
  region: string;
  key: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
};

/** A person with AWS credentials at the operator's HTTP API: what `curl --aws-sigv4` does. */
export type Operator = {
  /** `live` is the path of the operation's live page, below the API's URL. */
  start(target: string, request: Record<string, unknown>): Promise<OperationState & { live: string }>;
  plan(target: string, request: Record<string, unknown>): Promise<Plan>;
  operation(id: string): Promise<OperationState>;
  /** Tells of every event, until nothing more happens by itself. */
  follow(id: string, onEvent: (event: OperationEvent) => void, signal: AbortSignal): Promise<OperationState>;
  bypass(id: string): Promise<{ name: string; value: string }>;
  events(id: string): Promise<OperationEvent[]>;
  receipt(id: string): Promise<Receipt>;
  decide(id: string, decision: Decision, comment: string): Promise<void>;
  /** Waits until nothing more happens by itself. */
  untilSettled(id: string, signal: AbortSignal): Promise<OperationState>;
};

const MOST_TRIES = 30;
const THROTTLED_MS = 500;

export function createOperator({ apiUrl, region, key }: OperatorOptions): Operator {
  const signer = new SignatureV4({ service: "execute-api", region, credentials: key, sha256: Sha256 });

  async function send(method: "GET" | "POST", path: string, given: { body?: string; key: string }): Promise<Response> {
    const { hostname, port, pathname, searchParams } = new URL(`${apiUrl}${path}`);
    const { headers } = await signer.sign(
      new HttpRequest({
        method,
        hostname,
        port: Number(port),
        path: pathname,
        query: Object.fromEntries(searchParams),
        headers: {
          host: `${hostname}:${port}`,
          ...(given.body && { "content-type": "application/json", "idempotency-key": given.key }),
        },
        body: given.body,
      }),
    );
    return fetch(`${apiUrl}${path}`, { method, headers, body: given.body });
  }

  async function ask(method: "GET" | "POST", path: string, content?: unknown): Promise<unknown> {
    const body = content === undefined ? undefined : JSON.stringify(content);
    const key = randomUUID();
    let response = await send(method, path, { body, key });
    // 429 is API Gateway's own answer where more is asked in a second than it takes, and 5xx where the function's worker ended in the middle: the same
    // key then finds what that one had begun, and goes on with it.
    for (let tries = 1; (response.status === 429 || response.status >= 500) && tries < MOST_TRIES; tries += 1) {
      await sleep(THROTTLED_MS);
      response = await send(method, path, { body, key });
    }
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`);
    return response.json();
  }

  const operationPath = (id: string) => `/v1/operations/${encodeURIComponent(id)}`;
  const operation = async (id: string) => (await ask("GET", operationPath(id))) as OperationState;
  return {
    start: async (target, request) =>
      (await ask("POST", `/v1/targets/${target}/operations`, request)) as OperationState & { live: string },
    plan: async (target, request) => (await ask("POST", `/v1/targets/${target}/plan`, request)) as Plan,
    operation,
    async follow(id, onEvent, signal) {
      for (let after = 0; ; ) {
        signal.throwIfAborted();
        const path = `${operationPath(id)}/events?after=${after}&wait=10`;
        const { events } = (await ask("GET", path)) as { events: OperationEvent[] };
        for (const event of events) onEvent(event);
        after = events.at(-1)?.seq ?? after;
        const state = await operation(id);
        if (isSettled(state.status) && state.version <= after) return state;
      }
    },
    bypass: async (id) =>
      ((await ask("GET", `${operationPath(id)}/bypass`)) as { header: { name: string; value: string } }).header,
    async events(id) {
      const all: OperationEvent[] = [];
      for (;;) {
        const path = `${operationPath(id)}/events?after=${all.at(-1)?.seq ?? 0}`;
        const { events } = (await ask("GET", path)) as { events: OperationEvent[] };
        if (events.length === 0) return all;
        all.push(...events);
      }
    },
    receipt: async (id) => (await ask("GET", `${operationPath(id)}/receipt`)) as Receipt,
    decide: async (id, decision, comment) => {
      await ask("POST", `${operationPath(id)}/decisions`, { decision, comment });
    },
    async untilSettled(id, signal) {
      for (let state = await operation(id); ; ) {
        if (isSettled(state.status)) return state;
        signal.throwIfAborted();
        state = (await ask("GET", `${operationPath(id)}?after=${state.version}&wait=10`)) as OperationState;
      }
    },
  };
}
