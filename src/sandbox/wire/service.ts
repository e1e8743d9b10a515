// What one AWS service looks like on the wire, read from the schemas its SDK client package exports.
import { NormalizedSchema } from "@smithy/core/schema";
import type { StaticErrorSchema, StaticOperationSchema } from "@smithy/types";

export type Protocol = "json" | "query" | "rest";
export type ErrorSchema = StaticErrorSchema;
export type Operation = {
  name: string;
  input: NormalizedSchema;
  output: NormalizedSchema;
  anonymous: boolean;
  route?: Route;
};
export type Route = {
  method: string;
  pattern: RegExp;
  labels: string[];
  literalQuery: [string, string][];
  status: number;
};
export type Service = {
  id: string; // "RDS"
  protocol: Protocol;
  contentType: string;
  target: string; // X-Amz-Target prefix of the awsJson services
  version: string; // Version parameter of the awsQuery services
  xmlNamespace: string; // "" where the protocol has no XML
  codec: Codec | undefined; // the SDK's own JSON codec for this service; awsQuery has none
  operations: Map<string, Operation>;
};
type Codec = {
  createSerializer(): { write(schema: NormalizedSchema, value: unknown): void; flush(): string | Uint8Array };
};

const PROTOCOLS: Record<string, [Protocol, string]> = {
  "aws.protocols#awsJson1_0": ["json", "application/x-amz-json-1.0"],
  "aws.protocols#awsJson1_1": ["json", "application/x-amz-json-1.1"],
  "aws.protocols#awsQuery": ["query", "text/xml"],
  "aws.protocols#restJson1": ["rest", "application/json"],
};

/** `sdk` is a client package's module namespace, `Client` its client class. */
export function describeService(sdk: object, Client: new (config: any) => { config: any }): Service {
  const {
    protocol: wire,
    protocolSettings,
    serviceId,
    httpAuthSchemeProvider,
  } = new Client({ region: "us-east-1" }).config;
  const shapeId: string = wire.getShapeId();
  if (!PROTOCOLS[shapeId]) throw new Error(`${serviceId} speaks ${shapeId}, which is not supported`);
  const [protocol, contentType] = PROTOCOLS[shapeId];
  const anonymous = (operation: string) =>
    httpAuthSchemeProvider({ operation, region: "us-east-1", Region: "us-east-1" }).some(
      (option: any) => option.schemeId === "smithy.api#noAuth",
    );
  const operations = Object.values(sdk)
    .filter(isOperationSchema)
    .map((schema) => readOperation(schema, anonymous(schema[2])));
  return {
    id: serviceId,
    protocol,
    contentType,
    target: protocolSettings.serviceTarget,
    version: protocolSettings.version,
    xmlNamespace: protocolSettings.xmlNamespace ?? "",
    codec: protocol === "query" ? undefined : wire.getPayloadCodec(),
    operations: new Map(operations.map((operation) => [operation.name, operation])),
  };
}

const OPERATION = 9; // StaticSchemaIdOperation
const isOperationSchema = (value: unknown): value is StaticOperationSchema =>
  Array.isArray(value) && value[0] === OPERATION;

function readOperation([, , name, traits, input, output]: StaticOperationSchema, anonymous: boolean): Operation {
  const http = typeof traits === "object" ? traits.http : undefined;
  return {
    name,
    input: NormalizedSchema.of(input),
    output: NormalizedSchema.of(output),
    anonymous,
    route: http && compileRoute(http),
  };
}

function compileRoute([method, uri, status]: [string, string, number]): Route {
  const labels: string[] = [];
  const [path = "", query] = uri.split("?");
  const source = path.replace(/[.*+^$()|[\]\\]/g, "\\$&").replace(/\{(\w+)(\\\+)?\}/g, (_all, label, greedy) => {
    labels.push(label);
    return greedy ? "(.+)" : "([^/]+)";
  });
  return {
    method,
    pattern: new RegExp(`^${source}/?$`),
    labels,
    literalQuery: [...new URLSearchParams(query)],
    status,
  };
}

/** Structures list their required members first; element 6 of the static schema says how many there are. */
export function requiredMembers(schema: NormalizedSchema): string[] {
  const [, , , , names, , count = 0] = schema.getSchema() as unknown as [0, 0, 0, 0, string[], 0, number?];
  return names.slice(0, count);
}

/** An error on its way to the client: modelled (`awsError`) or one of the codes every service shares (`wireError`). */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly schema?: ErrorSchema;
  readonly fields: Record<string, unknown>;
  constructor(
    code: string,
    status: number,
    message: string,
    schema?: ErrorSchema,
    fields: Record<string, unknown> = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.schema = schema;
    this.fields = fields;
  }
}
export const wireError = (code: string, status: number, message: string) => new AwsError(code, status, message);

export function awsError(schema: ErrorSchema, message: string, fields?: Record<string, unknown>): AwsError {
  const traits = NormalizedSchema.of(schema).getMergedTraits();
  const [queryCode, queryStatus] = (traits.awsQueryError ?? []) as [string?, number?];
  const status = (traits.httpError as number | undefined) ?? queryStatus ?? (traits.error === "server" ? 500 : 400);
  return new AwsError(queryCode ?? schema[2], status, message, schema, fields);
}
