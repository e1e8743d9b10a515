import { NormalizedSchema } from "@smithy/core/schema";
import type { StaticOperationSchema } from "@smithy/types";

export { AwsError, awsError, type ErrorSchema, wireError } from "./errors.ts";

export type Protocol = "json" | "query" | "rest";

/** What one AWS service looks like on the wire, read from the schemas that its SDK client package exports. */
export type Service = {
  /** The SDK's name for it, for example "Elastic Load Balancing v2". */
  id: string;
  protocol: Protocol;
  contentType: string;
  /** X-Amz-Target's prefix; awsJson services are told apart by it. */
  target: string;
  /** The Version parameter; awsQuery services are told apart by it. */
  version: string;
  /** Empty where the protocol has no XML. */
  xmlNamespace: string;
  /** What a signature's credential scope names. */
  signingName: string;
  /** The SDK's own JSON codec for this service; awsQuery has none. */
  codec: Codec | undefined;
  operations: Map<string, Operation>;
};

export type Operation = {
  name: string;
  input: NormalizedSchema;
  output: NormalizedSchema;
  /** Needs no signature, like sts:AssumeRoleWithWebIdentity. */
  anonymous: boolean;
  /** REST services only. */
  route?: Route;
};

export type Route = {
  method: string;
  pattern: RegExp;
  labels: string[];
  literalQuery: [string, string][];
  status: number;
};

export type Codec = {
  createSerializer(): { write(schema: NormalizedSchema, value: unknown): void; flush(): string | Uint8Array };
};

const PROTOCOLS: Record<string, [Protocol, string]> = {
  "aws.protocols#awsJson1_0": ["json", "application/x-amz-json-1.0"],
  "aws.protocols#awsJson1_1": ["json", "application/x-amz-json-1.1"],
  "aws.protocols#awsQuery": ["query", "text/xml"],
  "aws.protocols#restJson1": ["rest", "application/json"],
};

/** The part of a client's resolved configuration that says how it speaks. */
type Speech = {
  serviceId: string;
  protocol: { getShapeId(): string; getPayloadCodec(): Codec };
  protocolSettings: { serviceTarget: string; version: string; xmlNamespace?: string };
  httpAuthSchemeProvider: (parameters: {
    operation: string;
    region: string;
    Region: string;
  }) => { schemeId: string; signingProperties?: { name?: string } }[];
};

type ClientClass = new (config: { region: string }) => { config: unknown };
const described = new Map<ClientClass, Service>();

/** `sdk` is a client package's module namespace, `Client` its client class. Throws for a protocol that is not spoken here. */
export function describeService(sdk: object, Client: ClientClass): Service {
  const service = described.get(Client) ?? readService(sdk, Client);
  described.set(Client, service);
  return service;
}

function readService(sdk: object, Client: ClientClass): Service {
  const {
    protocol: wire,
    protocolSettings,
    serviceId,
    httpAuthSchemeProvider,
  } = new Client({ region: "us-east-1" }).config as Speech;
  const spoken = PROTOCOLS[wire.getShapeId()];
  if (!spoken) throw new Error(`${serviceId} speaks ${wire.getShapeId()}, which is not supported`);
  const [protocol, contentType] = spoken;
  const authSchemes = (operation: string) =>
    httpAuthSchemeProvider({ operation, region: "us-east-1", Region: "us-east-1" });
  const operations = Object.values(sdk)
    .filter(isOperationSchema)
    .map((schema) =>
      readOperation(
        schema,
        authSchemes(schema[2]).some(({ schemeId }) => schemeId === "smithy.api#noAuth"),
      ),
    );
  return {
    id: serviceId,
    protocol,
    contentType,
    target: protocolSettings.serviceTarget,
    version: protocolSettings.version,
    xmlNamespace: protocolSettings.xmlNamespace ?? "",
    signingName: authSchemes("").find(({ schemeId }) => schemeId === "aws.auth#sigv4")?.signingProperties?.name ?? "",
    codec: protocol === "query" ? undefined : wire.getPayloadCodec(),
    operations: new Map(operations.map((operation) => [operation.name, operation])),
  };
}

const OPERATION = 9;
const isOperationSchema = (value: unknown): value is StaticOperationSchema =>
  Array.isArray(value) && value[0] === OPERATION;

function readOperation(schema: StaticOperationSchema, anonymous: boolean): Operation {
  const [, , name, , input, output] = schema;
  const { http } = NormalizedSchema.of(schema).getMergedTraits();
  return {
    name,
    input: NormalizedSchema.of(input),
    output: NormalizedSchema.of(output),
    anonymous,
    route: http && compileRoute(http),
  };
}

function compileRoute([method, uri, status]: readonly [string, string, number]): Route {
  const labels: string[] = [];
  const [path = "", query] = uri.split("?");
  const source = path
    .replace(/[.*+^$()|[\]\\]/g, "\\$&")
    .replace(/\{(\w+)(\\\+)?\}/g, (_all, label: string, greedy?: string) => {
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
