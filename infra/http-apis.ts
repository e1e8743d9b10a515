import { RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { AccessLogFormat, AccessLogField as Field } from "aws-cdk-lib/aws-apigateway";
import {
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpIamAuthorizer, HttpJwtAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { type IFunction, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { Deployment } from "../src/targets/deployment-schema.ts";
import type { Names } from "./names.ts";
import { pascalCase } from "./policies.ts";

/** What anybody may ask: nothing of a target is in the first four, and a live page is behind a link that is signed and expires. */
export const OPEN_ROUTES = ["/", "/health", "/docs", "/openapi.json", "/live/{proxy+}"];

type Props = { api: IFunction; deployment: Deployment; names: Names; key: IKey | undefined };
export type HttpApis = { github: HttpApi; operator: HttpApi };

/**
 * Two ways to the one function, which tells them apart by what API Gateway says of the request and by nothing that a caller can send: for
 * GitHub's jobs, whose tokens the function verifies, and for IAM identities, whose signatures API Gateway verifies.
 */
export function httpApis(scope: Construct, props: Props): HttpApis {
  const { github } = props.deployment;
  const jwt = new HttpJwtAuthorizer("GithubToken", github.issuer, { jwtAudience: [github.audience] });
  return {
    github: httpApi(scope, {
      ...props,
      way: "github",
      description: "For GitHub's jobs: the token is verified by the function",
      authorizer: github.jwtAuthorizer ? jwt : new HttpNoneAuthorizer(),
    }),
    operator: httpApi(scope, {
      ...props,
      way: "operator",
      description: "For IAM identities: requests are signed",
      authorizer: new HttpIamAuthorizer(),
    }),
  };
}

type Way = Props & { way: "github" | "operator"; description: string; authorizer: IHttpRouteAuthorizer };

function httpApi(scope: Construct, { api, deployment, names, key, way, description, authorizer }: Way): HttpApi {
  const id = `${pascalCase(way)}Api`;
  const made = new HttpApi(scope, id, { apiName: names.of(way), description, createDefaultStage: false });
  const integration = new HttpLambdaIntegration("Function", withoutPermissions(made, api));
  // One permission for every route: the ARN of $default ends after the stage with `$default`, that of the others with method and path.
  api.addPermission(`${id}Invokes`, {
    principal: new ServicePrincipal("apigateway.amazonaws.com"),
    sourceArn: executeApi(made, "*/*"),
  });
  const closed = new HttpRoute(made, "EverythingElse", {
    httpApi: made,
    routeKey: HttpRouteKey.DEFAULT,
    integration,
    authorizer,
  });
  const open = OPEN_ROUTES.flatMap((path) =>
    made.addRoutes({ path, methods: [HttpMethod.GET], integration, authorizer: new HttpNoneAuthorizer() }),
  );
  for (const route of open)
    Validations.of(route).acknowledge({
      id: "AwsSolutions-APIG4",
      reason: route.path?.startsWith("/live/")
        ? "A link is all that people who wait have: the function verifies that it is signed for that one operation and has not expired"
        : "Open to everybody by design: nothing of any target is in its answer",
    });
  if (authorizer instanceof HttpNoneAuthorizer)
    Validations.of(closed).acknowledge({
      id: "AwsSolutions-APIG4",
      reason:
        "The function verifies GitHub's token and every claim in it, which a JWT authorizer does not look at; deployment.github.jwtAuthorizer puts one in front as well",
    });
  const logs = new LogGroup(scope, `${id}Log`, {
    logGroupName: names.accessLogGroup(way),
    retention: deployment.logRetentionDays,
    encryptionKey: key,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  new HttpStage(scope, `${id}Stage`, {
    httpApi: made,
    stageName: "$default",
    autoDeploy: true,
    throttle: { rateLimit: deployment.throttle.requestsPerSecond, burstLimit: deployment.throttle.burst },
    accessLogSettings: { destination: new LogGroupLogDestination(logs), format: accessLogFormat() },
  });
  return made;
}

/**
 * Without the query string, since the key of a live page's link is in it, and without headers. The path comes first: whatever somebody puts
 * into one, what API Gateway knows itself follows and wins.
 */
const accessLogFormat = (): AccessLogFormat =>
  AccessLogFormat.custom(
    JSON.stringify({
      path: Field.contextPath(),
      requestId: Field.contextRequestId(),
      time: "$context.requestTimeEpoch",
      ip: Field.contextIdentitySourceIp(),
      method: Field.contextHttpMethod(),
      routeKey: "$context.routeKey",
      status: Field.contextStatus(),
      bytes: Field.contextResponseLength(),
      latencyMs: "$context.responseLatency",
      integrationStatus: "$context.integrationStatus",
      integrationError: "$context.integrationErrorMessage",
      authorizerError: "$context.authorizer.error",
      error: "$context.error.message",
      identity: Field.contextIdentityUserArn(),
    }),
  );

/** What an identity needs in a policy of its own to sign requests, as JSON. */
export const callerStatement = (operator: HttpApi): string =>
  `{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"${executeApi(operator, "*")}"}`;

const executeApi = (api: HttpApi, resourceName: string): string =>
  Stack.of(api).formatArn({ service: "execute-api", resource: api.apiId, resourceName });

/** The same function for an integration, which would give itself a permission for each route. */
const withoutPermissions = (scope: Construct, { functionArn }: IFunction): IFunction =>
  LambdaFunction.fromFunctionAttributes(scope, "Function", { functionArn, skipPermissions: true });
