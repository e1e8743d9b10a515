import type { Action, RuleCondition, RuleTransform } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ActionSeed, AuthenticateSeed, RuleSeed, TransformsSeed } from "./load-balancer-schema.ts";

/** The actions of a rule or listener, with what must be passed first in front. */
export function toActions(
  action: ActionSeed,
  authenticate: AuthenticateSeed | undefined,
  targetGroupArns: Map<string, string>,
): Action[] {
  const routing = toAction(action, targetGroupArns);
  if (!authenticate) return [routing];
  return [
    { Order: 1, ...toAuthentication(authenticate) },
    { Order: 2, ...routing },
  ];
}

export const toTransforms = ({ host, url }: TransformsSeed): RuleTransform[] => [
  ...(host ? [{ Type: "host-header-rewrite" as const, HostHeaderRewriteConfig: { Rewrites: [toRewrite(host)] } }] : []),
  ...(url ? [{ Type: "url-rewrite" as const, UrlRewriteConfig: { Rewrites: [toRewrite(url)] } }] : []),
];

const toRewrite = ({ regex, replace }: { regex: string; replace: string }) => ({ Regex: regex, Replace: replace });

function toAuthentication(authenticate: AuthenticateSeed): Action {
  if ("oidc" in authenticate) {
    const { issuer, clientId, clientSecret, onUnauthenticatedRequest, ...endpoints } = authenticate.oidc;
    const at = (path: string) => `${issuer.replace(/\/$/, "")}/${path}`;
    return {
      Type: "authenticate-oidc",
      AuthenticateOidcConfig: {
        Issuer: issuer,
        AuthorizationEndpoint: endpoints.authorizationEndpoint ?? at("authorize"),
        TokenEndpoint: endpoints.tokenEndpoint ?? at("token"),
        UserInfoEndpoint: endpoints.userInfoEndpoint ?? at("userinfo"),
        ClientId: clientId,
        ClientSecret: clientSecret,
        OnUnauthenticatedRequest: onUnauthenticatedRequest,
      },
    };
  }
  if ("cognito" in authenticate) {
    const { userPoolArn, clientId, domain } = authenticate.cognito;
    return {
      Type: "authenticate-cognito",
      AuthenticateCognitoConfig: { UserPoolArn: userPoolArn, UserPoolClientId: clientId, UserPoolDomain: domain },
    };
  }
  const { issuer, jwksEndpoint } = authenticate.jwt;
  return { Type: "jwt-validation", JwtValidationConfig: { Issuer: issuer, JwksEndpoint: jwksEndpoint } };
}

function toAction(action: ActionSeed, targetGroupArns: Map<string, string>): Action {
  if ("targetGroup" in action) return { Type: "forward", TargetGroupArn: targetGroupArns.get(action.targetGroup) };
  if ("targetGroups" in action) {
    const { targetGroups, stickySeconds } = action;
    return {
      Type: "forward",
      ForwardConfig: {
        TargetGroups: Object.entries(targetGroups).map(([name, Weight]) => ({
          TargetGroupArn: targetGroupArns.get(name),
          Weight,
        })),
        ...(stickySeconds && { TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: stickySeconds } }),
      },
    };
  }
  if ("fixedResponse" in action) {
    const { status, contentType, body } = action.fixedResponse;
    return {
      Type: "fixed-response",
      FixedResponseConfig: { StatusCode: String(status), ContentType: contentType, MessageBody: body },
    };
  }
  const { to, status } = action.redirect;
  const { protocol, hostname, port, pathname, search } = new URL(to);
  const secure = protocol === "https:";
  return {
    Type: "redirect",
    RedirectConfig: {
      Protocol: secure ? "HTTPS" : "HTTP",
      Host: hostname,
      Port: port || (secure ? "443" : "80"),
      Path: pathname,
      Query: search.slice(1),
      StatusCode: `HTTP_${status}`,
    },
  };
}

export function toConditions({
  path,
  pathExpressions,
  host,
  methods,
  sourceIp,
  headers,
  query,
}: RuleSeed["conditions"]): RuleCondition[] {
  return [
    ...(path ? [{ Field: "path-pattern", PathPatternConfig: { Values: path } }] : []),
    ...(pathExpressions ? [{ Field: "path-pattern", PathPatternConfig: { RegexValues: pathExpressions } }] : []),
    ...(host ? [{ Field: "host-header", HostHeaderConfig: { Values: host } }] : []),
    ...(methods ? [{ Field: "http-request-method", HttpRequestMethodConfig: { Values: methods } }] : []),
    ...(sourceIp ? [{ Field: "source-ip", SourceIpConfig: { Values: sourceIp } }] : []),
    ...Object.entries(headers ?? {}).map(([name, values]) => ({
      Field: "http-header",
      HttpHeaderConfig: { HttpHeaderName: name, Values: values },
    })),
    ...Object.entries(query ?? {}).map(([Key, Value]) => ({
      Field: "query-string",
      QueryStringConfig: { Values: [{ Key, Value }] },
    })),
  ];
}
