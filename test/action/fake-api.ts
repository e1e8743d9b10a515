import type { ApiProblem } from "../../src/action/errors.ts";
import { systemClock } from "../../src/clock.ts";
import { type OperationEvent, type OperationFact, operationEventSchema } from "../../src/operations/event.ts";
import type { OperationRequest } from "../../src/operations/operation.ts";
import type { Plan } from "../../src/operations/plan.ts";
import { receiptOf } from "../../src/operations/receipt.ts";
import { fold } from "../../src/operations/state.ts";

/** Seconds after the request, and what happens then. */
export type Script = [atSeconds: number, fact: Bare][];
type Bare = OperationFact extends infer Fact ? (Fact extends OperationFact ? Omit<Fact, "key"> : never) : never;

export type Call = { at: number; method: string; path: string; authorization: string; body?: unknown; key?: string };
/** Answers instead of the API, throws as a broken network does, or lets the call through. */
export type Interception = (call: Call, count: number) => Response | undefined | Promise<Response | undefined>;

export const operationId = "op-20260115-020000-3f9a2c";
export const apiUrl = "https://intermission.example.com";

/** The API over one scripted operation, as a fetch, on the clock of the test. */
export function fakeApi({
  script = [],
  plan,
  intercept = () => undefined,
}: {
  script?: Script;
  plan?: Plan;
  intercept?: Interception;
}) {
  const calls: Call[] = [];
  let requested: { at: number; target: string; request: OperationRequest; key: string } | undefined;

  function all(): OperationEvent[] {
    if (!requested) return [];
    const { at, target, request } = requested;
    const requestedBy = {
      kind: "github" as const,
      id: "github:repository:123456",
      name: "octo/crm (ada)",
      details: { repository: "octo/crm", run_id: "77" },
    };
    const facts: Script = [[0, { type: "requested", target, request, requestedBy }], ...script];
    return facts.map(([seconds, fact], index) => ({
      ...fact,
      seq: index + 1,
      key: String(index),
      at: new Date(at + seconds * 1_000).toISOString(),
    })) as OperationEvent[];
  }
  const happened = () => all().filter((event) => Date.parse(event.at) <= systemClock.now());
  /** Events that this version does not know change nothing but the version. */
  function state() {
    const events = happened();
    const known = events.filter((event) => operationEventSchema.safeParse(event).success);
    return { ...fold(operationId, known)!, version: events.length };
  }

  const json = (status: number, body: unknown) =>
    new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

  async function answer(url: URL, call: Call, signal: AbortSignal): Promise<Response> {
    const [, , collection, id = "", part] = url.pathname.split("/");
    if (call.method === "POST" && collection === "targets" && part === "operations") {
      requested ??= { at: systemClock.now(), target: id, request: call.body as OperationRequest, key: call.key ?? "" };
      return json(202, state());
    }
    if (call.method === "POST" && part === "plan") return json(200, plan);
    if (!requested || id !== operationId)
      return problem(404, { code: "unknown-operation", title: "There is no such operation" });
    const after = Number(url.searchParams.get("after") ?? 0);
    if (part === "receipt") return json(200, receiptOf(state(), happened()));
    if (part === "events") {
      const events = happened();
      return json(200, { events: events.filter((event) => event.seq > after), version: events.length });
    }
    const until = systemClock.now() + Number(url.searchParams.get("wait") ?? 0) * 1_000;
    if (happened().length <= after) {
      const next = all().find((event) => event.seq === after + 1);
      const at = Math.min(until, next ? Date.parse(next.at) : until);
      await systemClock.sleep(Math.max(0, at - systemClock.now()), signal);
    }
    return json(200, state());
  }

  const fetch: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const headers = new Headers(init?.headers);
    const call: Call = {
      at: systemClock.now(),
      method: init?.method ?? "GET",
      path: url.pathname + url.search,
      authorization: headers.get("authorization") ?? "",
      body: typeof init?.body === "string" ? JSON.parse(init.body) : undefined,
      key: headers.get("idempotency-key") ?? undefined,
    };
    calls.push(call);
    const signal = init?.signal ?? new AbortController().signal;
    signal.throwIfAborted();
    return (await intercept(call, calls.length)) ?? answer(url, call, signal);
  };

  /** The operation was requested by another run, so many seconds ago. */
  const requestEarlier = (target: string, request: OperationRequest) => {
    requested = { at: systemClock.now(), target, request, key: "another" };
  };
  return { fetch, calls, requestEarlier };
}

export const problem = (status: number, body: ApiProblem, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ status, ...body }), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });

/** As fetch fails when the name does not resolve, nothing listens, or the line is cut. */
export const networkError = (code: string) =>
  Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error(`connect ${code}`), { code }) });
