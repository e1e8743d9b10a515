import fc from "fast-check";
import type { LambdaEvent } from "hono/aws-lambda";
import type { ApiDocument } from "../../src/api/document.ts";
import { json, nearly, text } from "./anything.ts";
import { CRM_ID, OPERATOR, OVER_ID, READER, SECRET, STRANGER } from "./api-world.ts";

type Documented = { method: string; path: string; queries: string[]; bodies: unknown[] };

/** Every route of the API's own document, with the names of its parameters and the examples of its bodies. */
export function documentedRoutes({ paths, components }: ApiDocument): Documented[] {
  const named = (components?.examples ?? {}) as unknown as Record<string, { value: unknown }>;
  return Object.entries(paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, RouteOf>).map(([method, { parameters = [], requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      queries: parameters.filter((each) => each.in === "query").map(({ name }) => name),
      bodies: Object.values(requestBody?.content?.["application/json"]?.examples ?? {}).map(
        ({ $ref }) => named[$ref.split("/").at(-1) ?? ""]?.value,
      ),
    })),
  );
}
type RouteOf = {
  parameters?: { name: string; in: string }[];
  requestBody?: { content?: { "application/json"?: { examples?: Record<string, { $ref: string }> } } };
};

const METHODS = [
  "GET",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "CONNECT",
  "TRACK",
  "get",
  "PURGE",
  "X-ANY",
];

/** Mostly right: of a request with many parts, only then does one wrong part get as far as what looks at it. */
const mostly = <Value>(right: fc.Arbitrary<Value>, wrong: fc.Arbitrary<Value>, weight = 8): fc.Arbitrary<Value> =>
  fc.oneof({ weight, arbitrary: right }, { weight: 1, arbitrary: wrong });

const targetName = mostly(fc.constantFrom("crm", "crm", "crm", "wiki"), fc.oneof(fc.constantFrom("CRM", "nope"), text));
const operationId = mostly(
  fc.constantFrom(CRM_ID, CRM_ID, OVER_ID),
  fc.oneof(fc.constantFrom(CRM_ID.toUpperCase(), "op-20260115-020000-ffffff"), text),
);
const slash = mostly(fc.constant("/"), fc.constantFrom("//", "/./", "/../", "%2f", "\\", "/ ", "/\0"), 20);
const ending = mostly(fc.constant(""), fc.constantFrom("/", "?", "#", ";x=1", ".json"), 20);
const pathOf = (template: string): fc.Arbitrary<string> =>
  fc.tuple(targetName, operationId, slash, ending).map(([target, id, between, end]) => {
    const path = template.replace("{target}", () => target).replace("{id}", () => id);
    return `${path.replaceAll("/", () => between)}${end}`;
  });

const value = fc.oneof(
  fc.constantFrom("0", "1", "20", "21", "-1", "crm", "wiki", "held", "99999999999", "1e3", CRM_ID, "crm:2"),
  text,
);
const queryOf = (names: string[]): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(fc.oneof({ weight: 3, arbitrary: fc.constantFrom("key", ...names) }, text), value), {
      maxLength: 5,
    })
    .chain((pairs) => fc.constantFrom(pairs, [...pairs, ...pairs]))
    .map((pairs) =>
      pairs.map((pair) => pair.map((part) => encodeURIComponent(part.toWellFormed())).join("=")).join("&"),
    )
    .chain((query) => fc.constantFrom(query, query, query, `${query}&`, `${query}&%ff=%zz`, `&=&${query}`));

/** As API Gateway lets them through: names are tokens, values have no line breaks. */
const headerValue = text.map((each) => each.replaceAll(/\p{Cc}/gu, " ").toWellFormed());
const wildHeaders = fc.record(
  {
    "content-type": fc.oneof(fc.constantFrom("application/json; charset=utf-8", "text/plain", ""), headerValue),
    accept: fc.oneof(fc.constantFrom("text/plain", "*/*", "text/html;q=0.1, */*;q=x"), headerValue),
    "idempotency-key": fc.oneof(fc.stringMatching(/^[\x21-\x7e]{1,255}$/), headerValue),
    authorization: fc.oneof(
      fc.constantFrom(`Bearer ${SECRET}`, `Bearer ${SECRET}.${SECRET}.${SECRET}`, "Basic eDp5", `bearer  ${SECRET}`),
      headerValue,
    ),
    "if-none-match": fc.oneof(fc.constantFrom("*", 'W/"1"', '"2", W/"3"'), headerValue),
    "last-event-id": fc.oneof(fc.constantFrom("0", "17", "-1"), headerValue),
    "content-length": fc.constantFrom("0", "1", "99999999", "-1", "x"),
    "content-encoding": fc.constantFrom("gzip", "br", "x"),
    "x-http-method-override": fc.constantFrom("POST", "DELETE"),
    host: headerValue,
    cookie: headerValue,
    origin: headerValue,
    "x-forwarded-for": headerValue,
    "x-amzn-trace-id": headerValue,
  },
  { requiredKeys: [] },
);
const rightHeaders = { "content-type": "application/json", "idempotency-key": "a-key" };
const headers = mostly<Record<string, string | undefined>>(
  wildHeaders.chain((wild) => fc.constantFrom({ ...wild, ...rightHeaders }, rightHeaders)),
  wildHeaders,
  4,
);

const wildBody: fc.Arbitrary<string | Uint8Array | undefined> = fc.oneof(
  fc.constant(undefined),
  text,
  json.map((each) => JSON.stringify(each)),
  fc.uint8Array({ maxLength: 200 }),
  fc.constantFrom(
    "{",
    "[]",
    '{"a":1,"a":2}',
    "NaN",
    "[".repeat(30_000),
    `{"comment":"${"x".repeat(70_000)}"}`,
    "\ufeff{}",
  ),
);
const bodyOf = (examples: unknown[]): fc.Arbitrary<string | Uint8Array | undefined> =>
  examples.length === 0
    ? wildBody
    : fc.oneof(
        {
          weight: 3,
          arbitrary: fc
            .constantFrom(...examples)
            .chain((example) => nearly(example).map((each) => JSON.stringify(each))),
        },
        { weight: 1, arbitrary: wildBody },
      );

type Request = {
  method: string;
  path: string;
  query: string;
  headers: Record<string, unknown>;
  body: string | Uint8Array | undefined;
  signer: string | undefined;
};

/** Requests to the routes of a document, and to what is near them: each part right, nearly right, or anything. */
export function requestsTo(routes: readonly Documented[]): fc.Arbitrary<LambdaEvent> {
  const anywhere: Documented = { method: "GET", path: "/{target}/{id}", queries: [], bodies: [] };
  const writing = routes.filter(({ bodies }) => bodies.length > 0);
  const request: fc.Arbitrary<Request> = fc
    .constantFrom(...routes, ...writing, ...writing, ...writing, anywhere)
    .chain((route) =>
      fc.record({
        method: mostly(fc.constant(route.method), fc.constantFrom(...METHODS), 15),
        path: mostly(pathOf(route.path), text, 20),
        query: mostly(fc.constant(""), queryOf(route.queries), route.queries.length > 0 ? 1 : 12),
        headers,
        body: bodyOf(route.bodies),
        signer: mostly(fc.constant(OPERATOR), fc.constantFrom(READER, STRANGER, undefined)),
      }),
    );
  return request.map(eventOf);
}

function eventOf({ method, path, query, headers: given, body, signer }: Request): LambdaEvent {
  const isBase64Encoded = body instanceof Uint8Array;
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: query,
    headers: given,
    requestContext: {
      requestId: "gateway-1",
      domainName: "api.example.com",
      stage: "$default",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "203.0.113.66", userAgent: "x" },
      ...(signer && { authorizer: { iam: { userArn: signer } } }),
    },
    ...(body !== undefined && { body: isBase64Encoded ? Buffer.from(body).toString("base64") : body }),
    isBase64Encoded,
  } as unknown as LambdaEvent;
}
