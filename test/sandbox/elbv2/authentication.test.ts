import type { Action, AuthenticateOidcActionConfig } from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, test } from "vitest";
import { inVirtualTime } from "../../virtual-time.ts";
import { answer, createElbWorld, everything, forward, path, refuses, sleep } from "./elb-world.ts";

const provider = {
  Issuer: "https://login.example.com/",
  AuthorizationEndpoint: "https://login.example.com/authorize?tenant=crm",
  TokenEndpoint: "https://login.example.com/token",
  UserInfoEndpoint: "https://login.example.com/userinfo",
  ClientId: "crm",
} satisfies Partial<AuthenticateOidcActionConfig>;
const oidc = (more: Partial<AuthenticateOidcActionConfig> = {}, Order = 1): Action => ({
  Type: "authenticate-oidc",
  Order,
  AuthenticateOidcConfig: { ...provider, ClientSecret: "s3cret", ...more },
});
const cognito = (more = {}): Action => ({
  Type: "authenticate-cognito",
  Order: 1,
  AuthenticateCognitoConfig: {
    UserPoolArn: "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_AbCdEf123",
    UserPoolClientId: "client",
    UserPoolDomain: "crm",
    ...more,
  },
});
const jwt = (more = {}): Action => ({
  Type: "jwt-validation",
  Order: 1,
  JwtValidationConfig: {
    JwksEndpoint: "https://login.example.com/jwks.json",
    Issuer: "https://login.example.com/",
    ...more,
  },
});

/** An HTTPS listener whose rule has the action given before it forwards to a node. */
async function guarded(action?: Action) {
  const elb = createElbWorld();
  const { arn, addresses } = await elb.loadBalancer();
  const group = await elb.targetGroup();
  elb.node("10.0.0.1", "inside");
  await elb.register(group, "10.0.0.1");
  const listener = await elb.secureListener(arn);
  const last = { ...forward(group), Order: 9 };
  const create = (actions: Action[], Priority = 50) =>
    elb.client.createRule({ ListenerArn: listener, Priority, Conditions: [everything], Actions: actions });
  const RuleArn = action && (await create([action, last])).Rules![0]!.RuleArn!;
  const ask = (headers = {}) => elb.get(addresses[0]!, "/notes", { port: 443, headers });
  return { elb, arn, listener, last, create, RuleArn: RuleArn!, ask };
}

describe("actions that authenticate", () => {
  test("send a request without a session to the authorization endpoint, and one with a session to the target", () =>
    inVirtualTime(async () => {
      const { elb, ask } = await guarded(oidc({ AuthenticationRequestExtraParams: { prompt: "login" } }));
      const { status, headers } = await ask();
      expect(status).toBe(302);
      const location = new URL(headers.location!);
      expect(`${location.origin}${location.pathname}`).toBe("https://login.example.com/authorize");
      expect(Object.fromEntries(location.searchParams)).toEqual({
        tenant: "crm",
        client_id: "crm",
        redirect_uri: "https://crm.example.com/oauth2/idpresponse",
        response_type: "code",
        scope: "openid",
        state: expect.stringMatching(/^[0-9a-f]{32}$/),
        prompt: "login",
      });
      expect((await ask({ cookie: "a=b; AWSELBAuthSessionCookie-0=x" })).body).toBe("inside");
      const [refused, let_in] = elb.facts("request");
      expect(refused).toMatchObject({ action: "authenticate-oidc", status: 302 });
      expect(refused!.target).toBeUndefined();
      expect(let_in).toMatchObject({ action: "forward", status: 200, target: { id: "10.0.0.1" } });
      await elb.stop();
    }));

  test("do what OnUnauthenticatedRequest says: 401 for deny, through for allow", () =>
    inVirtualTime(async () => {
      const denied = await guarded(oidc({ OnUnauthenticatedRequest: "deny" }));
      expect(await denied.ask()).toMatchObject({ status: 401, headers: { server: "awselb/2.0" } });
      const allowed = await guarded(oidc({ OnUnauthenticatedRequest: "allow" }));
      expect((await allowed.ask()).body).toBe("inside");
      await denied.elb.stop();
      await allowed.elb.stop();
    }));

  test("know the domain of a Cognito user pool", () =>
    inVirtualTime(async () => {
      for (const [UserPoolDomain, origin] of [
        ["crm", "https://crm.auth.eu-west-1.amazoncognito.com"],
        ["login.example.com", "https://login.example.com"],
      ]) {
        const { elb, ask } = await guarded(cognito({ UserPoolDomain, SessionCookieName: "mine" }));
        const { headers } = await ask();
        expect(headers.location).toMatch(`${origin}/oauth2/authorize?client_id=client&`);
        expect((await ask({ cookie: "mine-0=x" })).body).toBe("inside");
        await elb.stop();
      }
    }));

  test("stay as they are behind rules of higher priority, which answer without a login", () =>
    inVirtualTime(async () => {
      const { elb, listener, RuleArn, ask } = await guarded(oidc());
      const before = (await elb.client.describeRules({ RuleArns: [RuleArn] })).Rules;
      const closing = await elb.rule(listener, 1, [everything], answer("503", "closed"));
      expect((await ask()).body).toBe("closed");
      expect((await elb.client.describeRules({ RuleArns: [RuleArn] })).Rules).toEqual(before);
      await elb.client.deleteRule({ RuleArn: closing });
      expect((await ask()).status).toBe(302);
      await elb.stop();
    }));

  test("are described in order with their defaults, and never with the client secret", async () => {
    const { elb, RuleArn } = await guarded(oidc());
    const { Rules } = await elb.client.describeRules({ RuleArns: [RuleArn] });
    expect(Rules![0]!.Actions).toEqual([
      {
        Type: "authenticate-oidc",
        Order: 1,
        AuthenticateOidcConfig: {
          ...provider,
          SessionCookieName: "AWSELBAuthSessionCookie",
          Scope: "openid",
          SessionTimeout: 604_800,
          OnUnauthenticatedRequest: "authenticate",
          AuthenticationRequestExtraParams: {},
        },
      },
      expect.objectContaining({ Type: "forward", Order: 9 }),
    ]);
    await elb.stop();
  });

  test("keep their client secret on a change by UseExistingClientSecret only", async () => {
    const { elb, RuleArn, create, last } = await guarded(oidc());
    const change = (RuleArn: string, more: Partial<AuthenticateOidcActionConfig>) =>
      elb.client.modifyRule({ RuleArn, Actions: [oidc(more), last] });
    const code = "InvalidLoadBalancerAction";
    await refuses(change(RuleArn, { ClientSecret: undefined }), code, /must either specify a client secret/);
    await refuses(change(RuleArn, { UseExistingClientSecret: true }), code, /cannot both specify a client secret/);
    const keep = { ClientSecret: undefined, UseExistingClientSecret: true };
    await change(RuleArn, { ...keep, Scope: "openid email" });
    const { Rules } = await create([last], 2);
    await refuses(change(Rules![0]!.RuleArn!, keep), code, /no existing client secret/);
    await refuses(create([oidc(keep), last], 3), code, /no existing client secret/);
    await elb.client.modifyRule({ RuleArn, Actions: [answer("503", "closed")] });
    await refuses(change(RuleArn, keep), code, /no existing client secret/);
    await elb.stop();
  });

  test("can be a listener's default actions", () =>
    inVirtualTime(async () => {
      const { elb, listener, last, ask } = await guarded();
      await elb.client.modifyListener({ ListenerArn: listener, DefaultActions: [last, oidc()] });
      expect((await ask()).status).toBe(302);
      const { Listeners } = await elb.client.describeListeners({ ListenerArns: [listener] });
      expect(Listeners![0]!.DefaultActions!.map(({ Type }) => Type)).toEqual(["authenticate-oidc", "forward"]);
      const kept = oidc({ ClientSecret: undefined, UseExistingClientSecret: true });
      await elb.client.modifyListener({ ListenerArn: listener, DefaultActions: [kept, last] });
      await elb.stop();
    }));

  test("are one at most, come first, have an order, and stand on HTTPS listeners alone", async () => {
    const { elb, arn, create, last } = await guarded();
    await refuses(create([oidc(), { ...cognito(), Order: 2 }, last]), "TooManyActions");
    await refuses(create([oidc()]), "ValidationError", /one action of type forward/);
    await refuses(create([oidc({}, 10), last]), "ValidationError", /'forward' must be the last one/);
    await refuses(create([{ ...oidc(), Order: undefined }, last]), "ValidationError", /order of its own/);
    await refuses(create([oidc({}, 9), last]), "ValidationError", /order of its own/);
    const plain = await elb.listener(arn);
    const Actions = [oidc(), last];
    await refuses(
      elb.client.createRule({ ListenerArn: plain, Priority: 1, Conditions: [path("/")], Actions }),
      "InvalidLoadBalancerAction",
      /'authenticate-oidc' are supported only on HTTPS listeners/,
    );
    await elb.stop();
  });

  test.each<[what: string, action: Action, message: RegExp]>([
    ["an endpoint without HTTPS", oidc({ TokenEndpoint: "http://login.example.com" }), /TokenEndpoint/],
    ["no client", oidc({ ClientId: "" }), /ClientId/],
    ["no config", { Type: "authenticate-oidc", Order: 1 }, /AuthenticateOidcConfig/],
    ["a session of more than a week", oidc({ SessionTimeout: 604_801 }), /604800/],
    ["an unknown behaviour", oidc({ OnUnauthenticatedRequest: "retry" as "deny" }), /enum value set/],
    ["a user pool that is no ARN", cognito({ UserPoolArn: "pool" }), /userPoolArn/],
    ["no user pool domain", cognito({ UserPoolDomain: "" }), /UserPoolDomain/],
    ["keys without HTTPS", jwt({ JwksEndpoint: "http://login.example.com/jwks" }), /jwksEndpoint/],
    ["an issuer of 257 characters", jwt({ Issuer: "x".repeat(257) }), /less than or equal to 256/],
    [
      "a claim that is validated anyway",
      jwt({ AdditionalClaims: [{ Format: "single-string", Name: "exp", Values: ["1"] }] }),
      /none of \[exp, iss, nbf, iat\]/,
    ],
    [
      "a space in a space-separated value",
      jwt({ AdditionalClaims: [{ Format: "space-separated-values", Name: "scope", Values: ["a b"] }] }),
      /cannot include spaces/,
    ],
  ])("refuse %s", async (_what, action, message) => {
    const { elb, create, last } = await guarded();
    await refuses(create([action, last]), "ValidationError", message);
    await elb.stop();
  });
});

describe("jwt-validation", () => {
  const token = (claims: object) =>
    ["{}", JSON.stringify(claims), "signature"].map((part) => Buffer.from(part).toString("base64url")).join(".");
  const seconds = () => Math.floor(Date.now() / 1000);
  const good = () => ({ iss: "https://login.example.com/", exp: seconds() + 60 });

  test("answers 401 without a bearer token, and lets one through while it is valid", () =>
    inVirtualTime(async () => {
      const { elb, ask } = await guarded(jwt());
      expect((await ask()).status).toBe(401);
      expect((await ask({ authorization: "Basic YTpi" })).status).toBe(401);
      expect((await ask({ authorization: "Bearer a.b.c" })).status).toBe(401);
      expect(elb.facts("request").map(({ action }) => action)).toEqual(Array(3).fill("jwt-validation"));
      const authorization = `Bearer ${token(good())}`;
      expect((await ask({ authorization })).body).toBe("inside");
      await sleep(61);
      expect((await ask({ authorization })).status).toBe(401);
      await elb.stop();
    }));

  test("checks issuer, times and the additional claims in their formats", () =>
    inVirtualTime(async () => {
      const AdditionalClaims = [
        { Format: "single-string", Name: "aud", Values: ["crm"] },
        { Format: "space-separated-values", Name: "scope", Values: ["read", "write"] },
        { Format: "string-array", Name: "groups", Values: ["staff"] },
      ];
      const { elb, RuleArn, ask } = await guarded(jwt({ AdditionalClaims }));
      const { Rules } = await elb.client.describeRules({ RuleArns: [RuleArn] });
      expect(Rules![0]!.Actions![0]).toEqual(jwt({ AdditionalClaims }));
      const claims = { ...good(), aud: "crm", scope: "write read all", groups: ["staff", "dev"] };
      const status = async (change: object) =>
        (await ask({ authorization: `Bearer ${token({ ...claims, ...change })}` })).status;
      expect(await status({})).toBe(200);
      for (const change of [
        { iss: "https://evil.example.com/" },
        { exp: undefined },
        { nbf: seconds() + 5 },
        { iat: seconds() + 5 },
        { aud: "other" },
        { scope: "read" },
        { groups: "staff" },
      ])
        expect(await status(change)).toBe(401);
      await elb.stop();
    }));
});
