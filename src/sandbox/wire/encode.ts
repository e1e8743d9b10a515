// Handler results and errors to response bytes. The SDK's serialisers write them; the checks come first, because those
// serialisers silently drop what the schema does not know.
import { XmlShapeSerializer } from "@aws-sdk/core/protocols";
import { NormalizedSchema } from "@smithy/core/schema";
import type { AwsError, Operation, Service } from "./service.ts";

export type WireResponse = { status: number; headers: Record<string, string>; body: string | Uint8Array };

export function encodeOutput(
  service: Service,
  operation: Operation,
  output: Record<string, unknown>,
  requestId: string,
): WireResponse {
  assertModelled(operation.output, output, operation.name);
  if (service.protocol === "query") {
    const members: Members = operation.output.isStructSchema()
      ? { [`${operation.name}Result`]: [operation.output, output] }
      : {};
    return xml(
      service,
      200,
      `${operation.name}Response`,
      { ...members, ResponseMetadata: [requestIdShape, { RequestId: requestId }] },
      requestId,
    );
  }
  const response: WireResponse = {
    status: operation.route?.status ?? 200,
    headers: headers(service, requestId),
    body: "{}",
  };
  if (operation.output.isUnitSchema()) return response;
  const body = { ...output };
  let payload: string | Uint8Array | undefined;
  for (const [name, member] of operation.output.structIterator()) {
    const { httpHeader, httpResponseCode, httpPayload } = member.getMergedTraits();
    if (output[name] == null || !(httpHeader || httpResponseCode || httpPayload)) continue;
    delete body[name];
    if (httpHeader) response.headers[httpHeader.toLowerCase()] = String(output[name]);
    if (httpResponseCode) response.status = Number(output[name]);
    if (httpPayload)
      payload = member.isStructSchema() ? json(service, member, output[name]) : (output[name] as string | Uint8Array);
  }
  return { ...response, body: payload ?? json(service, operation.output, body) };
}

/** The codes every service shares are spelled differently by the awsQuery services. */
const QUERY_CODES: Record<string, string> = {
  MissingAuthenticationTokenException: "MissingAuthenticationToken",
  IncompleteSignatureException: "IncompleteSignature",
  UnrecognizedClientException: "InvalidClientTokenId",
  InvalidSignatureException: "SignatureDoesNotMatch",
  ValidationException: "ValidationError",
};

export function encodeError(service: Service, error: AwsError, requestId: string): WireResponse {
  const { schema, fields } = error;
  const shape = schema && NormalizedSchema.of(schema);
  const messageMember = shape && "Message" in shape.getMemberSchemas() ? "Message" : "message";
  if (shape) assertModelled(shape, fields, shape.getName()!);
  if (service.protocol === "query") {
    const values = {
      Type: error.status < 500 ? "Sender" : "Receiver",
      Code: QUERY_CODES[error.code] ?? error.code,
      Message: error.message,
      ...fields,
    };
    const members = { ...strings(["Type", "Code", "Message"]), ...shape?.getMemberSchemas() };
    delete members.message; // written as Message above
    return xml(
      service,
      error.status,
      "ErrorResponse",
      { Error: [structure("Error", members), values], RequestId: [NormalizedSchema.of(0), requestId] },
      requestId,
    );
  }
  const code = schema?.[2] ?? error.code; // JSON protocols use the shape's name even where awsQueryError names another
  const typed =
    service.protocol === "json"
      ? { __type: code }
      : shape && "Type" in shape.getMemberSchemas()
        ? { Type: "User" }
        : {};
  const values = { ...typed, [messageMember]: error.message, ...fields };
  const body = shape ? json(service, shape, values) : JSON.stringify(values);
  return { status: error.status, headers: { ...headers(service, requestId), "x-amzn-errortype": code }, body };
}

const headers = (service: Service, requestId: string) => ({
  "content-type": service.contentType,
  "x-amzn-requestid": requestId,
});

function json(service: Service, schema: NormalizedSchema, value: unknown): string | Uint8Array {
  const serializer = service.codec!.createSerializer();
  serializer.write(schema, value);
  return serializer.flush();
}

/** XML is one structure whose members pair a schema with a value, so the envelope is written by the SDK's serialiser too. */
type Members = Record<string, [schema: NormalizedSchema, value: unknown]>;
function xml(service: Service, status: number, root: string, members: Members, requestId: string): WireResponse {
  const settings = {
    xmlNamespace: service.xmlNamespace,
    serviceNamespace: "",
    timestampFormat: { useTrait: true, default: 5 as const },
  };
  const serializer = new XmlShapeSerializer(settings);
  const entries = Object.entries(members);
  serializer.write(
    structure(root, Object.fromEntries(entries.map(([name, [schema]]) => [name, schema]))),
    Object.fromEntries(entries.map(([name, [, value]]) => [name, value])),
  );
  return { status, headers: headers(service, requestId), body: serializer.flush() as string };
}
// Members are passed as raw schemas, not as NormalizedSchema: the latter are renamed in place when used as members.
const structure = (name: string, members: Record<string, NormalizedSchema>) =>
  NormalizedSchema.of([
    3,
    "wire",
    name,
    0,
    Object.keys(members),
    Object.values(members).map((member) => member.getSchema()),
  ] as any);
const strings = (names: string[]) => Object.fromEntries(names.map((name) => [name, NormalizedSchema.of(0)]));
const requestIdShape = structure("ResponseMetadata", strings(["RequestId"]));

/** Throws when a handler returned a member, or a type, that the schema does not have. */
export function assertModelled(schema: NormalizedSchema, value: unknown, path: string): void {
  if (value == null || schema.isDocumentSchema()) return;
  if (schema.isUnitSchema() || schema.isStructSchema()) {
    const members = schema.isUnitSchema() ? {} : schema.getMemberSchemas();
    for (const [name, child] of Object.entries(value)) {
      if (!Object.hasOwn(members, name)) throw new TypeError(`${path} has no member ${name}`);
      assertModelled(members[name]!, child, `${path}.${name}`);
    }
  } else if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw new TypeError(`${path} is a list`);
    value.forEach((item, i) => assertModelled(schema.getValueSchema(), item, `${path}[${i}]`));
  } else if (schema.isMapSchema()) {
    for (const [key, child] of Object.entries(value)) assertModelled(schema.getValueSchema(), child, `${path}.${key}`);
  } else {
    const fits = schema.isTimestampSchema()
      ? value instanceof Date
      : schema.isBlobSchema()
        ? value instanceof Uint8Array
        : typeof value === (schema.isBooleanSchema() ? "boolean" : schema.isStringSchema() ? "string" : "number");
    if (!fits) throw new TypeError(`${path} cannot be ${JSON.stringify(value)}`);
  }
}
