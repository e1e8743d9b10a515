// One endpoint for every service: a plain function from request to response, and two ways to reach it.
import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import { buildQueryString, type HttpRequest, HttpResponse } from "@smithy/core/protocols";
import { decode, decodeMembers, jsonFormat, queryFormat, queryTree, textFormat, WrongType } from "./decode.ts";
import { encodeError, encodeOutput, type WireResponse } from "./encode.ts";
import { AwsError, type Operation, type Route, type Service, wireError } from "./service.ts";
import { authenticate, type Identity, type Secrets } from "./sigv4.ts";

export type WireRequest = {
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  body: Uint8Array;
};
export type Handle = (request: WireRequest) => Promise<WireResponse>;
export type HandlerMap = Record<string, ((input: any, identity: Identity) => any) | undefined>;
/** Handlers by operation, with the SDK's own input and output types. */
export type Handlers<Sdk> = {
  [Name in keyof Sdk as Name extends `${infer Op}Command` ? Op : never]?: Sdk[Name] extends new (
    ...args: infer Args extends any[]
  ) => { resolveMiddleware(...args: any[]): (...args: any[]) => Promise<{ output: infer Output }> }
    ? (input: NonNullable<Args[0]>, identity: Identity) => Reply<Output> | Promise<Reply<Output>>
    : never;
};
type Reply<Output> = Omit<Output, "$metadata">;
export type Mount = {
  service: Service;
  handlers: HandlerMap;
  /** How this service words absent required members. */
  missing?: (paths: string[]) => AwsError;
};
export type Options = {
  mounts: Mount[];
  /** Requests whose X-Amz-Target starts with the key go here unread, e.g. DynamoDB_20120810 to dynalite. */
  passThrough?: Record<string, Handle>;
  /** Everything no service claims: plain HTTP behind a SigV4 check. */
  front?: (request: WireRequest, identity: Identity) => Promise<WireResponse> | WireResponse;
  secrets?: Secrets;
  onBug?: (error: unknown) => void;
};
type Call = {
  mount: Mount;
  operation?: Operation;
  name: string;
  labels: Record<string, string>;
  form?: URLSearchParams;
};

export function createEndpoint({ mounts, passThrough = {}, front, secrets, onBug = console.error }: Options): Handle {
  const restRoutes = mounts
    .flatMap((mount) => [...mount.service.operations.values()].map((operation) => ({ mount, operation })))
    .filter(({ operation }) => operation.route)
    .sort((a, b) => specificity(b.operation.route!) - specificity(a.operation.route!));

  function route(request: WireRequest): Call | undefined {
    const byName = (mount: Mount | undefined, name: string, form?: URLSearchParams) =>
      mount && { mount, operation: mount.service.operations.get(name), name, labels: {}, form };
    const target = request.headers["x-amz-target"];
    if (target) {
      const [prefix = "", name = ""] = target.split(".");
      return byName(
        mounts.find(({ service }) => service.protocol === "json" && service.target === prefix),
        name,
      );
    }
    if (request.path === "/" && request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
      const form = new URLSearchParams(Buffer.from(request.body).toString());
      return byName(
        mounts.find(({ service }) => service.protocol === "query" && service.version === form.get("Version")),
        form.get("Action") ?? "",
        form,
      );
    }
    const query = new URLSearchParams(request.query);
    for (const { mount, operation } of restRoutes) {
      const { method, pattern, labels: names, literalQuery } = operation.route!;
      const match =
        method === request.method &&
        literalQuery.every(([key, value]) => query.get(key) === value) &&
        pattern.exec(request.path);
      if (!match) continue;
      const labels = Object.fromEntries(names.map((label, i) => [label, decodeSegment(match[i + 1]!)]));
      return { mount, operation, name: operation.name, labels };
    }
  }

  function readInput(
    { operation, form, labels, mount }: Required<Pick<Call, "operation">> & Call,
    request: WireRequest,
  ): unknown {
    if (!operation.input.isStructSchema()) return {};
    const missing: string[] = [];
    const read = () => {
      if (form) return decode(queryFormat, operation.input, queryTree(form), "", missing);
      if (mount.service.protocol === "json")
        return decode(jsonFormat(false), operation.input, parseJson(request.body), "", missing);
      return readRest(operation, labels, request, missing);
    };
    let input;
    try {
      input = read();
    } catch (error) {
      if (!(error instanceof WrongType)) throw error;
      throw wireError(form ? "MalformedInput" : "SerializationException", 400, error.message);
    }
    if (missing.length) throw (mount.missing ?? defaultMissing)(missing);
    return input;
  }

  return async (request) => {
    const requestId = randomUUID();
    const target = request.headers["x-amz-target"] ?? "";
    const forward = Object.entries(passThrough).find(([prefix]) => target.startsWith(prefix))?.[1];
    let call: Call | undefined;
    try {
      call = route(request);
      const identity = call?.operation?.anonymous ? ANONYMOUS : await authenticate(request, secrets);
      if (forward) return await forward(request);
      if (!call) {
        if (front && !target) return await front(request, identity);
        throw wireError("UnknownOperationException", 400, `No service answers ${target || request.path}`);
      }
      const { mount, operation, name } = call;
      const { service } = mount;
      if (!operation)
        throw wireError(
          call.form ? "InvalidAction" : "UnknownOperationException",
          400,
          `Could not find operation ${name} in ${service.id} ${service.version}`,
        );
      const handler = mount.handlers[name];
      if (!handler)
        throw wireError("NotImplemented", 501, `${service.id}:${name} is in the schema but has no handler here`);
      const input = readInput({ ...call, operation }, request);
      return encodeOutput(service, operation, (await handler(input, identity)) ?? {}, requestId);
    } catch (error) {
      const fail = (failure: AwsError) => encodeError(call?.mount.service ?? anyJson, failure, requestId);
      try {
        if (error instanceof AwsError) return fail(error);
      } catch (badFields) {
        error = badFields; // the handler gave its error a member the schema lacks
      }
      onBug(error);
      return fail(wireError("InternalFailure", 500, String(error)));
    }
  };
}

/** `?List=ALL` beats the same path without it; a literal segment beats a label. */
const specificity = ({ literalQuery, labels }: Route) => literalQuery.length * 10 - labels.length;

function readRest(
  operation: Operation,
  labels: Record<string, string>,
  request: WireRequest,
  missing: string[],
): unknown {
  const query = new URLSearchParams(request.query);
  const members = Object.entries(operation.input.getMemberSchemas());
  const format = jsonFormat(true);
  const bound = ["httpLabel", "httpQuery", "httpHeader", "httpPayload"] as const;
  const hasBody = members.some(([, member]) => !bound.some((trait) => member.getMergedTraits()[trait]));
  const body = hasBody ? parseJson(request.body) : {};
  return decodeMembers(
    operation.input,
    (name, member) => {
      const { httpLabel, httpQuery, httpHeader, httpPayload } = member.getMergedTraits();
      if (httpLabel) return [textFormat, labels[name]];
      if (httpQuery)
        return [
          textFormat,
          member.isListSchema() && query.has(httpQuery) ? query.getAll(httpQuery) : query.get(httpQuery),
        ];
      if (httpHeader) return [textFormat, request.headers[httpHeader.toLowerCase()]];
      if (!httpPayload) return [format, format.member(body, name, member)];
      if (request.body.length === 0) return [format, undefined];
      return member.isBlobSchema()
        ? [{ ...format, scalar: (bytes) => bytes }, request.body]
        : [format, parseJson(request.body)];
    },
    "",
    missing,
  );
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw wireError("SerializationException", 400, `${segment} is not percent-encoded UTF-8`);
  }
}
function parseJson(body: Uint8Array): unknown {
  try {
    return body.length ? JSON.parse(Buffer.from(body).toString()) : {};
  } catch {
    throw new WrongType("Unexpected character in JSON body");
  }
}
const defaultMissing = (paths: string[]) =>
  wireError(
    "ValidationException",
    400,
    `${paths.length} validation error${paths.length > 1 ? "s" : ""} detected: ` +
      paths.map((path) => `Value null at '${path}' failed to satisfy constraint: Member must not be null`).join("; "),
  );
const ANONYMOUS: Identity = { accessKeyId: "anonymous", region: "us-east-1", service: "" }; // sts:AssumeRoleWithWebIdentity and the like
const anyJson: Service = {
  id: "wire",
  protocol: "json",
  contentType: "application/json",
  target: "",
  version: "",
  xmlNamespace: "",
  codec: undefined,
  operations: new Map(),
};

/** The endpoint over loopback HTTP. */
export function listen(handle: Handle, port = 0): Promise<Server> {
  const server = createServer(async (message, reply) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk);
    const [path = "", query = ""] = message.url!.split(/\?(.*)/s);
    const { status, headers, body } = await handle({
      method: message.method!,
      path,
      query,
      headers: message.headers as Record<string, string>,
      body: Buffer.concat(chunks),
    });
    reply.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
  });
  return new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(server)));
}

/** The endpoint as an SDK client's `requestHandler`: same bytes, no sockets. */
export function inProcess(handle: Handle) {
  return {
    metadata: { handlerProtocol: "http/1.1" },
    async handle({ method, path, query, headers, body = "" }: HttpRequest) {
      const lowerCase = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
      const reply = await handle({
        method,
        path,
        query: buildQueryString(query ?? {}),
        headers: lowerCase,
        body: asBuffer(body),
      });
      return {
        response: new HttpResponse({ statusCode: reply.status, headers: reply.headers, body: asBuffer(reply.body) }),
      };
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
}
// Not Buffer.from(bytes): on the SDK's JSON bodies that calls valueOf(), which warns and turns them into a string.
const asBuffer = (body: string | Uint8Array) =>
  typeof body === "string" ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
