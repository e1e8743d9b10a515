import { z } from "zod";
import type { Authorizer, HttpApiRoute } from "../front/routes.ts";
import type { Throttle } from "../front/throttle.ts";
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
const stageProperties = z.object({
  ApiId: z.string(),
  StageName: z.literal("$default"),
  DefaultRouteSettings: z.object({ ThrottlingRateLimit: z.number(), ThrottlingBurstLimit: z.number() }),
});
const integrationProperties = z.object({
  ApiId: z.string(),
  IntegrationType: z.literal("AWS_PROXY"),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal("2.0"),
});

/** A route whose function is still named as the template does. */
type RouteOfStack = Omit<HttpApiRoute, "functionName"> & { functionArn: string };
export type HttpApiOfStack = { id: string; name: string; routes: RouteOfStack[]; throttle: Throttle };

/** The HTTP APIs of a stack, each route with its authorizer and its function. */
export function httpApisOf(stack: Stack): HttpApiOfStack[] {
  const routes = stack.all("AWS::ApiGatewayV2::Route").map(({ properties }) => routeProperties.parse(properties));
  const stages = stack.all("AWS::ApiGatewayV2::Stage").map(({ properties }) => stageProperties.parse(properties));
  return stack.all("AWS::ApiGatewayV2::Api").map(({ ref: id, properties }) => ({
    id,
    name: apiProperties.parse(properties).Name,
    throttle: throttleOf(stages.find(({ ApiId }) => ApiId === id)),
    routes: routes
      .filter(({ ApiId }) => ApiId === id)
      .map(({ RouteKey, Target, ...route }) => ({
        key: RouteKey,
        authorizer: authorizerOf(stack, route),
        functionArn: functionOf(stack, Target),
      })),
  }));
}

function throttleOf(stage: z.output<typeof stageProperties> | undefined): Throttle {
  if (!stage) throw new Error("the template has an HTTP API without a stage, so nobody would reach it");
  const { ThrottlingRateLimit: requestsPerSecond, ThrottlingBurstLimit: burst } = stage.DefaultRouteSettings;
  return { requestsPerSecond, burst };
}

function authorizerOf(
  stack: Stack,
  {
    AuthorizationType,
    AuthorizerId = "",
  }: Pick<z.output<typeof routeProperties>, "AuthorizationType" | "AuthorizerId">,
): Authorizer {
  switch (AuthorizationType) {
    case "NONE":
      return { kind: "none" };
    case "AWS_IAM":
      return { kind: "iam" };
    case "JWT": {
      const authorizer = authorizerProperties.parse(
        stack.find("AWS::ApiGatewayV2::Authorizer", AuthorizerId)?.properties,
      );
      const { Issuer: issuer, Audience: audience } = authorizer.JwtConfiguration;
      return { kind: "jwt", issuer, audience };
    }
  }
}

function functionOf(stack: Stack, target: string): string {
  const integration = stack.find("AWS::ApiGatewayV2::Integration", target.replace(/^integrations\//, ""));
  return integrationProperties.parse(integration?.properties).IntegrationUri;
}
