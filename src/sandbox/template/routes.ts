import { z } from "zod";
import type { Stack } from "./stack.ts";

const apiProperties = z.object({ Name: z.string() });
const routeProperties = z.object({
  ApiId: z.string(),
  RouteKey: z.string(),
  AuthorizationType: z.enum(["NONE", "AWS_IAM", "JWT"]).default("NONE"),
  AuthorizerId: z.string().optional(),
  Target: z.string(),
});
const authorizerProperties = z.object({
  AuthorizerType: z.literal("JWT"),
  IdentitySource: z.tuple([z.literal("$request.header.Authorization")]),
  JwtConfiguration: z.object({ Issuer: z.string(), Audience: z.array(z.string()).min(1) }),
});
const integrationProperties = z.object({
  ApiId: z.string(),
  IntegrationType: z.literal("AWS_PROXY"),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal("2.0"),
});

/** Who may pass a route, before the function is asked. */
export type Authorizer = { kind: "none" } | { kind: "iam" } | { kind: "jwt"; audience: string[] };
export type Route = { key: string; authorizer: Authorizer; functionArn: string };
export type HttpApiOfStack = { id: string; name: string; routes: Route[] };

/** The HTTP APIs of a stack, each route with its authorizer and its function. */
export function httpApisOf(stack: Stack): HttpApiOfStack[] {
  const routes = stack.all("AWS::ApiGatewayV2::Route").map(({ properties }) => routeProperties.parse(properties));
  return stack.all("AWS::ApiGatewayV2::Api").map(({ ref: id, properties }) => ({
    id,
    name: apiProperties.parse(properties).Name,
    routes: routes
      .filter(({ ApiId }) => ApiId === id)
      .map(({ RouteKey, Target, ...route }) => ({
        key: RouteKey,
        authorizer: authorizerOf(stack, route),
        functionArn: functionOf(stack, Target),
      })),
  }));
}

function authorizerOf(
  stack: Stack,
  { AuthorizationType, AuthorizerId = "" }: Pick<z.output<typeof routeProperties>, "AuthorizationType" | "AuthorizerId">,
): Authorizer {
  switch (AuthorizationType) {
    case "NONE":
      return { kind: "none" };
    case "AWS_IAM":
      return { kind: "iam" };
    case "JWT": {
      const authorizer = authorizerProperties.parse(stack.find("AWS::ApiGatewayV2::Authorizer", AuthorizerId)?.properties);
      return { kind: "jwt", audience: authorizer.JwtConfiguration.Audience };
    }
  }
}

function functionOf(stack: Stack, target: string): string {
  const integration = stack.find("AWS::ApiGatewayV2::Integration", target.replace(/^integrations\//, ""));
  return integrationProperties.parse(integration?.properties).IntegrationUri;
}

/**
 * The route that takes a request: the most exact path first, then the greedy ones (`{proxy+}`), then `$default`; a method before `ANY`.
 * Undefined where none does, which API Gateway answers with 404.
 */
export function routeFor(routes: readonly Route[], { method, path }: { method: string; path: string }): Route | undefined {
  const matching = routes.flatMap((route) => {
    const [verb = "", pattern] = route.key.split(" ");
    if (pattern === undefined) return [{ route, rank: 0 }];
    if ((verb !== "ANY" && verb !== method) || !pathPattern(pattern).test(path)) return [];
    return [{ route, rank: (pattern.includes("+}") ? 2 : pattern.includes("{") ? 4 : 6) + (verb === "ANY" ? 0 : 1) }];
  });
  return matching.toSorted((a, b) => b.rank - a.rank)[0]?.route;
}

const pathPattern = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split(/(\{[^}]+\})/)
      .map((part) => (/\+\}$/.test(part) ? ".+" : part.startsWith("{") ? "[^/]+" : part.replace(/[.*+?^$()|[\]\\]/g, "\\$&")))
      .join("")}$`,
  );
