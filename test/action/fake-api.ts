import type { ApiProblem } from "../../src/action/errors.ts";
import { systemClock } from "../../src/clock.ts";
import { type OperationEvent, type OperationFact, operationEventSchema } from "../../src/operations/event.ts";
import type { Decision, Discard, OperationRequest } from "../../src/operations/operation.ts";
import type { Plan } from "../../src/operations/plan.ts";
import { receiptOf } from "../../src/operations/receipt.ts";
import { fold } from "../../src/operations/state.ts";
import { waysOn } from "../../src/operations/ways-on.ts";

/** Seconds after the request, and what happens then. */
export type Script = [atSeconds: number, fact: Bare][];
type Bare = OperationFact extends infer Fact ? (Fact extends OperationFact ? Omit<Fact, "key"> : never) : never;

export type Call = { at: number; method: string; path: string; authorization: string; body?: unknown; key?: string };
/** Answers instead of the API, throws as a broken network does, or lets the call through. */
export type Interception = (call: Call, count: number) => Response | undefined | Promise<Response | undefined>;

export const operationId = "op-20260115-020000-3f9a2c";
export const bypass = {
  operation: operationId,
  url: "https://crm.example.com",
  header: { name: "x-intermission-bypass", value: "s3cret-way-past" },
  cidrs: ["203.0.113.0/24"],
};
export const apiUrl = "https://intermission.example.com";

/** The API over one scripted operation, as a fetch, on the clock of the test. */
export function fakeApi({
  script = [],
  afterDecision = [],
  takesOver = true,
  plan,
  live,
  intercept = () => undefined,
}: {
  script?: Script;
  /** What happens after a decision or a take-over, in the place of what is left of the script. */
  afterDecision?: Script;
  /** Whether a run takes over what is decided while it is held. */
  takesOver?: boolean;
  plan?: Plan;
  live?: string;
  intercept?: Interception;
}) {
  const calls: Call[] = [];
  let requested: { at: number; target: string; request: OperationRequest; key: string } | undefined;
  let decided: { at: number; facts: Script } | undefined;

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
    const timed = facts.map(([seconds, fact]) => ({ fact, at: at + seconds * 1_000 }));
    const sofar = timed.filter((each) => each.at <= (decided?.at ?? Number.POSITIVE_INFINITY));
    const then = (decided?.facts ?? []).map(([seconds, fact]) => ({ fact, at: decided!.at + seconds * 1_000 }));
    return [...sofar, ...then].map(({ fact, at }, index) => ({
      ...fact,
      seq: index + 1,
      key: String(index),
      at: new Date(at).toISOString(),
    })) as OperationEvent[];
  }
  /** Recorded once, however often it is asked. */
  function decide(decision: Decision, { discards, restores = false }: { discards?: Discard; restores?: boolean }) {
    const before = state();
    const by = { kind: "github" as const, id: "github:repository:123456", name: "octo/crm (ada)", details: {} };
    if (decided) return json(202, before);
    const way = waysOn(before).find((way) => way.decision === decision);
    if (!way && !restores) return problem(409, { code: "nothing-to-decide", title: "Nothing would act on this" });
    if (way?.discards && way.discards.from !== discards?.from)
      return problem(409, { code: "confirm-discard", detail: "It would be lost.", discards: way.discards });
    const takenOver: Script = [[0, { type: "taken-over", epoch: 2, why: `${by.name} decided: ${decision}` }]];
    const isTaken = takesOver && (before.status === "held" || restores);
    decided = {
      at: systemClock.now(),
      facts: [
        [0, { type: "decided", decision, by }],
        ...(isTaken ? takenOver : []),
        ...(takesOver ? afterDecision : []),
      ],
    };
    return json(202, state());
  }
  const happened = () => all().filter((event) => Date.parse(event.at) <= systemClock.now());
  /** Events that this version does not know change nothing but the version. */
  function state() {
    const events = happened();
    const known = events.filter((event) => operationEventSchema.safeParse(event).success);
    const folded = { ...fold(operationId, known)!, version: events.length };
    return { ...folded, decisions: waysOn(folded), ...(live !== undefined && { live }) };
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
    if (call.method === "GET" && collection === "operations" && id === "") {
      const operations = requested
        ? [{ ...state(), procedure: requested.request.procedure, what: "what was asked" }]
        : [];
      return json(200, { operations });
    }
    if (!requested || id !== operationId)
      return problem(404, { code: "unknown-operation", title: "There is no such operation" });
    if (part === "decisions") {
      const { decision, discards } = call.body as { decision: Decision; discards?: Discard };
      return decide(decision, { discards });
    }
    if (part === "restore") return decide("rollback", { restores: true });
    if (part === "bypass") return json(200, bypass);
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
