import { randomUUID } from "node:crypto";
import { type Attempt, mountedAttempt, passedAttempt, type Result } from "./attempt.ts";
import type { Authorize } from "./authorize.ts";
import { encodeError, errorCode } from "./encode.ts";
import { AwsError, wireError } from "./errors.ts";
import { type Fault, type FaultSource, holdBack, refuse } from "./fault.ts";
import type { Mount } from "./handlers.ts";
import { ConnectionCut, type Handle, pause, type WireRequest, type WireResponse } from "./messages.ts";
import type { PassThrough } from "./pass-through.ts";
import { createRouter } from "./router.ts";
import type { Service } from "./service.ts";
import { authenticate, type Identity, type Secrets } from "./sigv4.ts";

export type { HandlerMap, Handlers, Mount } from "./handlers.ts";
export { type InProcessOptions, inProcess } from "./in-process.ts";
export { type Listening, listen } from "./listen.ts";
export type { Handle, WireRequest, WireResponse } from "./messages.ts";
export type { Identity, Secrets } from "./sigv4.ts";

export type EndpointOptions = {
  mounts: Mount[];
  /** Services that read their own requests; only the signature is checked here. */
  passThrough?: PassThrough[];
  /** Asked first, before any signature is looked at; each returns undefined for what is not its own. */
  open?: OpenRoute[];
  /** Everything that no service claims: plain HTTP behind a SigV4 check. */
  front?: (request: WireRequest, identity: Identity) => Promise<WireResponse> | WireResponse;
  /** Without it signatures are read but not verified. */
  secrets?: Secrets;
  /** The region that signatures must name; any by default. */
  region?: string;
  /** Says no to calls that were signed well; without it nobody is refused. */
  authorize?: Authorize;
  /** Told of every call, once: when its effect is there, or when it is refused. */
  observe?: (call: ObservedCall) => void;
  faults?: FaultSource;
  /** Waited for around the effect of every call that is let in. */
  gate?: Gate;
  /** Told of whatever a handler threw that is no AwsError; the caller gets a 500. */
  onBug?: (error: unknown) => void;
  /** Milliseconds since the epoch, for the signatures' clock skew: the callers' clock, so the real one unless theirs is not. */
  nowMs?: () => number;
  requestId?: () => string;
};
/**
 * `before`: the call has no effect yet. `after`: its effect is there and told, and not yet answered. A promise that stays pending leaves the caller
 * without an answer; throwing ConnectionCut resets its connection.
 */
export type Gate = (call: ObservedCall, moment: "before" | "after") => Promise<void> | undefined;
export type OpenRoute = (request: WireRequest) => Promise<WireResponse | undefined> | WireResponse | undefined;

export type ObservedCall = {
  /** The SDK's name of the service. */
  service: string;
  operation: string;
  /** Undefined where the signature was refused or none was needed. */
  identity?: Identity;
  /** As the handler saw them; undefined where they could not be read. */
  parameters?: unknown;
  /** "ok", or the error's code, where a permission was missing with what it was: `AccessDenied: ACTION on RESOURCE`. */
  outcome: string;
  fault?: Fault["fault"];
};

/** One endpoint for every service: a plain function from request to response. */
export function createEndpoint(options: EndpointOptions): Handle {
  const { mounts, passThrough = [], open = [], front, secrets, region, authorize, observe, faults, gate } = options;
  // Looked up at each call: virtual time may replace Date.now after the endpoint was made.
  const { onBug = console.error, nowMs = () => Date.now(), requestId = randomUUID } = options;
  const route = createRouter(mounts);

  const identify = (request: WireRequest, service?: string) =>
    authenticate(request, secrets && { secrets, scope: { region, service }, nowMs: nowMs() });

  function findAttempt(request: WireRequest, id: string): Attempt | undefined {
    const target = request.headers["x-amz-target"] ?? "";
    const passed = passThrough.find(({ service }) => target.startsWith(`${service.target}.`));
    if (passed) return passedAttempt(passed, request);
    const call = route(request);
    return call && mountedAttempt(call, request, id);
  }

  /** Anything thrown as the answer that the caller gets. */
  function encodeFailure(service: Service, thrown: unknown, id: string): Result {
    let bug = thrown;
    try {
      if (thrown instanceof AwsError)
        return { reply: encodeError(service, thrown, id), outcome: errorCode(service, thrown) };
    } catch (badFields) {
      bug = badFields; // the handler gave its error a member that the model lacks
    }
    onBug(bug);
    const failure = wireError("InternalFailure", 500, String(bug));
    return { reply: encodeError(service, failure, id), outcome: failure.code };
  }

  async function perform(attempt: Attempt, request: WireRequest, id: string): Promise<WireResponse> {
    const { service, operation, anonymous, read } = attempt;
    const seen: ObservedCall = { service: service.id, operation, outcome: "ok" };
    let fault: Fault | undefined;
    let result: Result;
    try {
      if (!anonymous) seen.identity = identify(request, service.signingName);
      const { parameters, run } = read();
      seen.parameters = parameters;
      const refusal = seen.identity && authorize?.({ service, operation, identity: seen.identity, parameters });
      if (refusal) {
        const { reply, outcome } = encodeFailure(service, refusal.error, id);
        result = { reply, outcome: `${outcome}: ${refusal.lacked}` };
      } else {
        fault = faults?.take(service.id, operation);
        seen.fault = fault?.fault;
        if (fault) refuse(fault, service);
        if (gate) await gate(seen, "before");
        result = await run(seen.identity);
      }
    } catch (error) {
      if (error instanceof ConnectionCut) {
        observe?.({ ...seen, outcome: error.code });
        await pause(error.silentMs, request.signal);
        throw error;
      }
      result = encodeFailure(service, error, id);
    }
    observe?.({ ...seen, outcome: result.outcome });
    if (gate) await gate({ ...seen, outcome: result.outcome }, "after");
    if (fault) await holdBack(fault, request.signal);
    return result.reply;
  }

  return async (request) => {
    const id = requestId();
    let service = NO_SERVICE;
    try {
      for (const answer of open) {
        const reply = await answer(request);
        if (reply) return reply;
      }
      const attempt = findAttempt(request, id);
      if (attempt) {
        service = attempt.service;
        return await perform(attempt, request, id);
      }
      const identity = identify(request);
      const target = request.headers["x-amz-target"];
      if (front && !target) return await front(request, identity);
      throw wireError("UnknownOperationException", 400, `No service answers ${target || request.path}`);
    } catch (error) {
      if (error instanceof ConnectionCut) throw error;
      return encodeFailure(service, error, id).reply;
    }
  };
}

/** Words errors that belong to no service. */
const NO_SERVICE: Service = {
  id: "wire",
  protocol: "json",
  contentType: "application/json",
  target: "",
  version: "",
  xmlNamespace: "",
  signingName: "",
  codec: undefined,
  operations: new Map(),
};
