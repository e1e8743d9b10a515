import {
  type Action,
  type AuthenticateCognitoActionConfig,
  type AuthenticateOidcActionConfig,
  InvalidLoadBalancerActionException$,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { awsError } from "../../wire/service.ts";
import { demandSession } from "./authentication.ts";
import { assertOneOf, assertPattern, assertRange } from "./constraints.ts";
import { validationError } from "./errors.ts";
import { readJwtValidation } from "./jwt-validation.ts";
import type { Elb, Guard } from "./model.ts";

const HTTPS_URL = /^https:\/\/[^/\s]+(\/\S*)?$/;
/** Seven days. */
const SESSION_TIMEOUT = { minimum: 1, maximum: 604_800 };
const MAXIMUM_EXTRA_PARAMETERS = 10;

type Read = { action: Action; guard: Guard };

/** Checks an action that comes before the routing one. `before` are the rule's actions until now. */
export function readAuthentication(elb: Elb, action: Action, before: Action[]): Read {
  switch (action.Type) {
    case "authenticate-oidc":
      return readOidc(elb, action, before);
    case "authenticate-cognito":
      return readCognito(elb, action);
    default:
      return readJwtValidation(elb, action);
  }
}

function readOidc(elb: Elb, { Type, AuthenticateOidcConfig: config }: Action, before: Action[]): Read {
  if (!config) throw validationError("An authenticate-oidc action needs an AuthenticateOidcConfig");
  for (const member of ["Issuer", "AuthorizationEndpoint", "TokenEndpoint", "UserInfoEndpoint"] as const) {
    assertPattern(config[member] ?? "", `authenticateOidcConfig.${member}`, HTTPS_URL);
  }
  if (!config.ClientId) throw validationError("An authenticate-oidc action needs a ClientId");
  assertClientSecret(config, before);
  const session = readSession(config);
  // The secret and how it was given are never returned.
  const { ClientSecret: _secret, UseExistingClientSecret: _existing, ...shown } = { ...config, ...session };
  const endpoint = config.AuthorizationEndpoint!;
  return {
    action: { Type, AuthenticateOidcConfig: shown },
    guard: demandSession(elb, { type: "authenticate-oidc", endpoint, clientId: config.ClientId, ...session }),
  };
}

function readCognito(elb: Elb, { Type, AuthenticateCognitoConfig: config }: Action): Read {
  if (!config) throw validationError("An authenticate-cognito action needs an AuthenticateCognitoConfig");
  const { UserPoolArn = "", UserPoolClientId, UserPoolDomain } = config;
  assertPattern(
    UserPoolArn,
    "authenticateCognitoConfig.userPoolArn",
    /^arn:[^:]+:cognito-idp:[^:]+:\d{12}:userpool\/\S+$/,
  );
  if (!UserPoolClientId || !UserPoolDomain) {
    throw validationError("An authenticate-cognito action needs a UserPoolClientId and a UserPoolDomain");
  }
  const session = readSession(config);
  const region = UserPoolArn.split(":")[3];
  const host = UserPoolDomain.includes(".") ? UserPoolDomain : `${UserPoolDomain}.auth.${region}.amazoncognito.com`;
  const endpoint = `https://${host}/oauth2/authorize`;
  return {
    action: { Type, AuthenticateCognitoConfig: { ...config, ...session } },
    guard: demandSession(elb, { type: "authenticate-cognito", endpoint, clientId: UserPoolClientId, ...session }),
  };
}

function assertClientSecret({ ClientSecret, UseExistingClientSecret }: AuthenticateOidcActionConfig, before: Action[]) {
  const refuse = (message: string) => awsError(InvalidLoadBalancerActionException$, message);
  if (ClientSecret && UseExistingClientSecret) {
    throw refuse("You cannot both specify a client secret and set UseExistingClientSecret to true");
  }
  if (ClientSecret) return;
  if (!UseExistingClientSecret)
    throw refuse("You must either specify a client secret or set UseExistingClientSecret to true");
  if (!before.some(({ Type }) => Type === "authenticate-oidc"))
    throw refuse("There is no existing client secret to use");
}

/** The members that both kinds of login share, with their defaults, as DescribeRules shows them. */
function readSession(config: AuthenticateOidcActionConfig | AuthenticateCognitoActionConfig) {
  const {
    SessionCookieName = "AWSELBAuthSessionCookie",
    Scope = "openid",
    SessionTimeout = SESSION_TIMEOUT.maximum,
    OnUnauthenticatedRequest = "authenticate",
    AuthenticationRequestExtraParams = {},
  } = config;
  assertRange(Number(SessionTimeout), "sessionTimeout", SESSION_TIMEOUT);
  assertOneOf(OnUnauthenticatedRequest, "onUnauthenticatedRequest", ["deny", "allow", "authenticate"]);
  if (Object.keys(AuthenticationRequestExtraParams).length > MAXIMUM_EXTRA_PARAMETERS) {
    throw validationError(`At most ${MAXIMUM_EXTRA_PARAMETERS} AuthenticationRequestExtraParams can be specified`);
  }
  return { SessionCookieName, Scope, SessionTimeout, OnUnauthenticatedRequest, AuthenticationRequestExtraParams };
}
