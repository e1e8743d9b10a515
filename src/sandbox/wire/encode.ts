import { NormalizedSchema } from "@smithy/core/schema";
import { encodeXml, type Members, structure, text } from "./encode-xml.ts";
import type { AwsError } from "./errors.ts";
import { asBuffer, type WireResponse } from "./messages.ts";
import { assertModelled } from "./modelled.ts";
import type { Operation, Service } from "./service.ts";

/** A handler's result, written by the SDK's own serialisers. Throws TypeError where the model has no such member or type. */
export function encodeOutput(
  service: Service,
  operation: Operation,
  output: Record<string, unknown>,
  requestId: string,
): WireResponse {
  assertModelled(operation.output, output, operation.name);
  if (service.protocol === "query") {
    const result: Members = operation.output.isStructSchema()
      ? { [`${operation.name}Result`]: [operation.output, output] }
      : {};
    const metadata: Members = {
      ResponseMetadata: [structure("ResponseMetadata", { RequestId: text() }), { RequestId: requestId }],
    };
    return {
      status: 200,
      headers: headers(service, requestId),
      body: encodeXml(`${operation.name}Response`, service.xmlNamespace, { ...result, ...metadata }),
    };
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
    if (httpHeader) response.headers[httpHeader.toLowerCase()] = String(output[name] as string | number | boolean);
    if (httpResponseCode) response.status = Number(output[name]);
    if (httpPayload)
      payload = member.isStructSchema() ? json(service, member, output[name]) : (output[name] as string | Uint8Array);
  }
  return { ...response, body: payload ?? json(service, operation.output, body) };
}

/** The codes that every service shares are spelled differently by the awsQuery services. */
const QUERY_CODES: Record<string, string> = {
  MissingAuthenticationTokenException: "MissingAuthenticationToken",
  IncompleteSignatureException: "IncompleteSignature",
  UnrecognizedClientException: "InvalidClientTokenId",
  InvalidSignatureException: "SignatureDoesNotMatch",
  ValidationException: "ValidationError",
};

/** The code as this service writes it. JSON protocols use the shape's name even where awsQueryError names another. */
export const errorCode = (service: Service, { code, schema }: AwsError): string =>
  service.protocol === "query" ? (QUERY_CODES[code] ?? code) : (schema?.[2] ?? code);

/** An error in the service's own form. Throws TypeError where the model's error has no such field. */
export function encodeError(service: Service, error: AwsError, requestId: string): WireResponse {
  const shape = error.schema && NormalizedSchema.of(error.schema);
  if (shape) assertModelled(shape, error.fields, error.code);
  const code = errorCode(service, error);
  if (service.protocol === "query") {
    const values = {
      Type: error.status < 500 ? "Sender" : "Receiver",
      Code: code,
      Message: error.message,
      ...error.fields,
    };
    const { message: _writtenAsMessage, ...members } = shape?.getMemberSchemas() ?? {};
    const envelope: Members = {
      Error: [structure("Error", { Type: text(), Code: text(), Message: text(), ...members }), values],
      RequestId: [text(), requestId],
    };
    return {
      status: error.status,
      headers: headers(service, requestId),
      body: encodeXml("ErrorResponse", service.xmlNamespace, envelope),
    };
  }
  const members = shape?.getMemberSchemas() ?? {};
  const values = {
    ...typeMember(service, "Type" in members, code),
    ["Message" in members ? "Message" : "message"]: error.message,
    ...error.fields,
  };
  return {
    status: error.status,
    headers: { ...headers(service, requestId), "x-amzn-errortype": code },
    body: shape ? json(service, shape, values) : JSON.stringify(values),
  };
}

function typeMember(service: Service, modelled: boolean, code: string) {
  if (service.protocol === "json") return { __type: code };
  return modelled ? { Type: "User" } : {};
}

const headers = (service: Service, requestId: string): Record<string, string> => ({
  "content-type": service.contentType,
  "x-amzn-requestid": requestId,
});

function json(service: Service, schema: NormalizedSchema, value: unknown): string | Uint8Array {
  if (!service.codec) throw new TypeError(`${service.id} has no JSON codec`);
  const serializer = service.codec.createSerializer();
  serializer.write(schema, value);
  return asBuffer(serializer.flush());
}
