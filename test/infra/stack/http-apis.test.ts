import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { all, type Made, one, PATIENT, synthesised } from "./synthesised.ts";

const made = await synthesised();
const OPEN = ["GET /", "GET /docs", "GET /health", "GET /live/{proxy+}", "GET /openapi.json"];

const routesOf = (from: Made, api: string): Record<string, unknown> =>
  Object.fromEntries(
    all(from, "AWS::ApiGatewayV2::Route")
      .filter(({ ApiId }) => ApiId === `<${api}>`)
      .map(({ RouteKey, AuthorizationType, AuthorizerId }) => [
        RouteKey,
        AuthorizerId ? `${AuthorizationType} ${AuthorizerId}` : AuthorizationType,
      ]),
  );
const openRoutes = Object.fromEntries(OPEN.map((key) => [key, "NONE"]));

describe("routes", () => {
  it("ask operators for a signature, but for those that are named", () => {
    expect(routesOf(made, "OperatorApi")).toEqual({ ...openRoutes, $default: "AWS_IAM" });
  });

  it("let GitHub's tokens through to the function, which verifies them", () => {
    expect(routesOf(made, "GithubApi")).toEqual({ ...openRoutes, $default: "NONE" });
    expect(all(made, "AWS::ApiGatewayV2::Authorizer")).toEqual([]);
  });

  it("have the tokens verified before the function too where that is asked for", PATIENT, async () => {
    const issuer = "https://github.example.com/_services/token";
    const strict = await synthesised({ github: { jwtAuthorizer: true, issuer, audience: "elsewhere" } });
    const [authorizer, ...others] = all(strict, "AWS::ApiGatewayV2::Authorizer");
    expect(others).toEqual([]);
    expect(authorizer).toMatchObject({
      AuthorizerType: "JWT",
      IdentitySource: ["$request.header.Authorization"],
      JwtConfiguration: { Audience: ["elsewhere"], Issuer: issuer },
    });
    expect(routesOf(strict, "GithubApi")).toEqual({ ...openRoutes, $default: expect.stringMatching(/^JWT </) });
    expect(routesOf(strict, "OperatorApi")).toEqual({ ...openRoutes, $default: "AWS_IAM" });
  });

  it("are open where the API itself asks nobody who they are, and nowhere else", () => {
    const { paths } = JSON.parse(readFileSync("openapi.json", "utf8")) as {
      paths: Record<string, Record<string, { security?: unknown[] }>>;
    };
    const open = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { security }]) =>
        security?.length === 0 ? [`${method.toUpperCase()} ${path.replace(/^\/live\/.*/, "/live/{proxy+}")}`] : [],
      ),
    );
    expect([...new Set(open)].sort()).toEqual(OPEN);
  });

  it("all lead to the one function", () => {
    for (const each of all(made, "AWS::ApiGatewayV2::Integration"))
      expect(each).toMatchObject({
        IntegrationType: "AWS_PROXY",
        IntegrationUri: "<ApiFunction.Arn>",
        PayloadFormatVersion: "2.0",
      });
  });

  it("answer no browser of other sites", () => {
    for (const api of all(made, "AWS::ApiGatewayV2::Api")) expect(api.CorsConfiguration).toBeUndefined();
  });
});

describe.each(["github", "operator"])("the stage of %s", (way) => {
  const id = way === "github" ? "GithubApi" : "OperatorApi";
  const stage = one(made, "AWS::ApiGatewayV2::Stage", { ApiId: `<${id}>` });

  it("takes so many requests and no more", () => {
    expect(stage.DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 });
    expect(stage.RouteSettings).toBeUndefined();
  });

  it("logs each request without its query string and headers, since keys of live links and tokens are in them", () => {
    expect(stage.AccessLogSettings.DestinationArn).toBe(`<${id}Log.Arn>`);
    const fields = JSON.parse(stage.AccessLogSettings.Format) as Record<string, string>;
    expect(Object.values(fields).filter((field) => !/^\$context\.[A-Za-z.]+$/.test(field))).toEqual([]);
    const forbidden = /query|header|authorizer\.(claims|jwt)|\$context\.(authorizer\.property|customDomain)|rawPath/i;
    expect(Object.values(fields).filter((field) => forbidden.test(field))).toEqual([]);
    expect(Object.values(fields)).toEqual(
      expect.arrayContaining([
        "$context.requestId",
        "$context.status",
        "$context.identity.sourceIp",
        "$context.routeKey",
      ]),
    );
  });

  it("writes what a caller chose before what API Gateway knows, which then wins", () => {
    expect(Object.keys(JSON.parse(stage.AccessLogSettings.Format) as object)[0]).toBe("path");
  });
});

describe("outputs", () => {
  it("say where the APIs are and what a caller needs, and no secret", () => {
    expect(Object.keys(made.outputs).sort()).toEqual(
      ["BusName", "CallerStatement", "GithubUrl", "OperatorUrl", "RunbookAliasArn", "TableName"].sort(),
    );
    expect(JSON.stringify(made.outputs)).not.toMatch(/secret|password|token|key/i);
  });

  it("give a statement that lets its holder sign requests to the operators' API and to nothing else", () => {
    const { "Fn::Join": join } = made.outputs.CallerStatement!.Value as { "Fn::Join": [string, (string | object)[]] };
    const text = join[1].map((part) => (typeof part === "string" ? part : "REF")).join("");
    expect(JSON.parse(text)).toEqual({
      Effect: "Allow",
      Action: "execute-api:Invoke",
      Resource: "arn:REF:execute-api:eu-central-1:111122223333:REF/*",
    });
    expect(JSON.stringify(join)).toContain('"OperatorApi');
  });
});
