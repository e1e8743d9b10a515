import type { LambdaEvent } from "hono/aws-lambda";
import { z } from "zod";

/** The parts of an HTTP API's event (payload format 2.0) that a request is made of. */
const httpEventSchema = z.looseObject({
  version: z.literal("2.0", 'expected "2.0": the integration\'s payload format version').optional(),
  rawPath: z.string(),
  rawQueryString: z.string().optional(),
  headers: z.record(z.string(), z.string()).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().optional(),
  requestContext: z.looseObject({
    domainName: z.string(),
    http: z.looseObject({ method: z.string() }),
    /** A load balancer's event, which the adapter would read as one although it is none. */
    elb: z.never().optional(),
  }),
});
type HttpEvent = z.output<typeof httpEventSchema>;

/** The methods that no web-standard request can have, however they are written. */
const UNSPEAKABLE = ["CONNECT", "TRACE", "TRACK"];

/** No request can be made of the event: it is another kind of event, or says what HTTP cannot say. */
export class UnpresentableEventError extends Error {
  override readonly name = "UnpresentableEventError";
  readonly expected: string;
  readonly found: string;
  constructor(expected: string, found: string) {
    super(`expected ${expected}, found ${found}`);
    this.expected = expected;
    this.found = found;
  }
}

/**
 * The event as a web-standard request can be made of it, so that the API answers and audits what the adapter would turn down by itself. API
 * Gateway hands over a path that is percent-decoded once, which the adapter would read as an encoded one: "%3F" became the begin of a query,
 * and what was encoded twice was decoded twice. Throws an UnpresentableEventError where no request can be made of it.
 */
export function presentable(given: unknown): LambdaEvent {
  const { data: event, error } = httpEventSchema.safeParse(given);
  if (!event)
    throw new UnpresentableEventError("an event of an HTTP API in payload format 2.0", `another: ${wrong(error)}`);
  const { rawPath, requestContext, body } = event;
  const { method: written } = requestContext.http;
  const isUnspeakable = UNSPEAKABLE.includes(written.toUpperCase());
  const method = isUnspeakable ? `${written}-METHOD` : written;
  const segments = rawPath.replace(/^\/?/, "").split("/");
  const presented = {
    ...event,
    rawPath: `/${segments.map((segment) => encodeURIComponent(segment.toWellFormed())).join("/")}`,
    body: ["GET", "HEAD"].includes(method.toUpperCase()) ? undefined : decodable(body, event),
    requestContext: { ...requestContext, http: { ...requestContext.http, method } },
  };
  refuseWhatHttpCannotSay(presented);
  return presented as unknown as LambdaEvent;
}

/** What is no base64 is decoded as far as it is, and is no JSON then; the adapter would end with an error of its own. */
const decodable = (body: string | null | undefined, { isBase64Encoded }: HttpEvent) =>
  body && isBase64Encoded ? Buffer.from(body, "base64").toString("base64") : body;

/** As the adapter does it. */
function refuseWhatHttpCannotSay({ rawPath, rawQueryString, headers, cookies, requestContext }: HttpEvent): void {
  try {
    const { domainName, http } = requestContext;
    const made = new Headers(cookies ? { cookie: cookies.join("; ") } : {});
    for (const [name, value] of Object.entries(headers ?? {}))
      if (value) made.set(name, /^\p{ASCII}*$/u.test(value) ? value : encodeURIComponent(value));
    new Request(`https://${domainName}${rawPath}${rawQueryString ? `?${rawQueryString}` : ""}`, {
      method: http.method,
      headers: made,
    });
  } catch (error) {
    throw new UnpresentableEventError("a method, an address and headers as HTTP has them", (error as Error).name);
  }
}

const wrong = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => `${path.join(".") || "the event"}: ${message}`).join("; ");
