import type { LambdaEvent } from "hono/aws-lambda";

/** The parts of an HTTP API's event (payload format 2.0) that a caller has a say in. */
type HttpEvent = {
  rawPath: string;
  body?: string | null;
  requestContext: { http: { method: string } };
};

/** The methods that no web-standard request can have. */
const UNSPEAKABLE = ["CONNECT", "TRACE", "TRACK"];

/**
 * The event as a web-standard request can be made of it, so that the API answers and audits what the adapter would turn down by itself. API
 * Gateway hands over a path that is percent-decoded once, which the adapter would read as an encoded one: "%3F" became the begin of a query,
 * and what was encoded twice was decoded twice.
 */
export function presentable(event: LambdaEvent): LambdaEvent {
  const { rawPath, requestContext, body } = event as HttpEvent;
  const { method } = requestContext.http;
  const segments = rawPath.replace(/^\/?/, "").split("/");
  return {
    ...event,
    rawPath: `/${segments.map((segment) => encodeURIComponent(segment.toWellFormed())).join("/")}`,
    body: method === "GET" || method === "HEAD" ? undefined : body,
    requestContext: {
      ...requestContext,
      http: { ...requestContext.http, method: UNSPEAKABLE.includes(method) ? `${method}-METHOD` : method },
    },
  } as LambdaEvent;
}
