import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { APIGatewayProxyResult, LambdaEvent } from "hono/aws-lambda";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

let handler: (event: LambdaEvent) => Promise<APIGatewayProxyResult>;
const directory = mkdtempSync(join(tmpdir(), "intermission-"));
const targetsFile = join(directory, "intermission.yml");

beforeAll(async () => {
  const access = '{ iam: [{ role: "arn:aws:iam::111122223333:role/operator", allow: [read] }] }';
  writeFileSync(
    targetsFile,
    `targets: { crm: { app: nocobase, url: "https://crm.example.com", cluster: c, services: [{ name: w, container: a }], database: none, access: ${access} } }`,
  );
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("INTERMISSION_TABLE", "operations");
  vi.stubEnv("INTERMISSION_TARGETS", targetsFile);
  vi.stubEnv("INTERMISSION_RUNBOOK_FUNCTION", "runbook:live");
  ({ handler } = (await import("../../src/api/lambda.ts")) as unknown as { handler: typeof handler });
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

const event = (method: string, path: string, { query = "", userArn = "", body = "" } = {}) =>
  ({
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: query,
    headers: { "content-type": "application/json" },
    requestContext: {
      requestId: "gateway-7",
      domainName: "api.example.com",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "curl" },
      ...(userArn && { authorizer: { iam: { userArn } } }),
    },
    ...(body && { body }),
    isBase64Encoded: false,
  }) as unknown as LambdaEvent;
const documentOf = ({ body }: APIGatewayProxyResult) => JSON.parse(body) as Record<string, unknown>;

describe("the function behind an HTTP API", () => {
  it("answers its health with the version of the package", async () => {
    const result = await handler(event("GET", "/health"));
    expect(result.statusCode).toBe(200);
    expect(documentOf(result)).toEqual({ status: "ok", version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  });

  it("knows nobody by default, and logs the refusal as one line of JSON", async () => {
    const log = vi.spyOn(process.stdout, "write").mockImplementation(() => true);
    const result = await handler(event("GET", "/v1/targets"));
    expect(result.statusCode).toBe(401);
    expect(documentOf(result)).toMatchObject({ instance: "urn:intermission:request:gateway-7" });
    expect(JSON.parse(log.mock.calls[0]?.[0] as string)).toMatchObject({ message: "audit", requestId: "gateway-7" });
    expect(log.mock.calls[0]?.[0]).toMatch(/^\{.+\}\n$/);
    log.mockRestore();
  });

  it("believes what API Gateway says of the signer", async () => {
    const userArn = "arn:aws:sts::111122223333:assumed-role/stranger/x";
    expect(documentOf(await handler(event("GET", "/v1/targets", { userArn })))).toEqual({ targets: [] });
    const operator = "arn:aws:sts::111122223333:assumed-role/operator/x";
    const body = JSON.stringify({ procedure: "upgrade", image: "crm:2" });
    const log = vi.spyOn(process.stdout, "write").mockImplementation(() => true);
    const result = await handler(event("POST", "/v1/targets/crm/plan", { userArn: operator, body }));
    log.mockRestore();
    expect(documentOf(result)).toMatchObject({ code: "not-allowed" });
  });
});
