import { exportJWK, generateKeyPair, UnsecuredJWT } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import { createGithubVerifier } from "../../src/api/auth/github-token.ts";
import { systemClock } from "../../src/clock.ts";
import { audience, createWorld, iam, issuer, problemOf, releaseClaims, type Signing, token, upgrade } from "./world.ts";

let world: Awaited<ReturnType<typeof createWorld>>;
beforeEach(async () => {
  world = await createWorld();
});
const withHeader = (authorization: string) => world.request("/v1/targets", { headers: { authorization } }, {});

describe("who is asking", () => {
  it("must be said", async () => {
    const response = await world.request("/v1/targets", {}, {});
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    expect(await problemOf(response)).toMatchObject({ status: 401, code: "unauthenticated" });
  });

  it("is believed of a genuine token of GitHub", async () => {
    const response = await withHeader(`bearer ${await token()}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ targets: [{ name: "crm" }] });
  });

  it.each<[string, object, Signing]>([
    ["has expired", releaseClaims, { expiresIn: -6 }],
    ["is for another audience", releaseClaims, { aud: "sts.amazonaws.com" }],
    ["is from another issuer", releaseClaims, { iss: "https://evil.example.com" }],
    ["names a key that the issuer does not have", releaseClaims, { kid: "key-2" }],
    ["lacks the repository", { ...releaseClaims, repository_id: undefined }, {}],
    ["lacks the run", { ...releaseClaims, run_id: undefined }, {}],
    ["lacks the event", { ...releaseClaims, event_name: undefined }, {}],
    ["has the repository as a number", { ...releaseClaims, repository_id: 1 }, {}],
  ])("is not believed of a token that %s", async (_, claims, signing) => {
    const response = await withHeader(`Bearer ${await token(claims, signing)}`);
    expect(response.headers.get("www-authenticate")).toContain("invalid_token");
    expect(await problemOf(response)).toMatchObject({ status: 401, code: "invalid-token" });
  });

  it("allows five seconds between the clocks", async () => {
    expect((await withHeader(`Bearer ${await token(releaseClaims, { expiresIn: -3 })}`)).status).toBe(200);
  });

  it("is not believed of a token that somebody else signed, in any way", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    const secret = new TextEncoder().encode("x".repeat(64));
    const unsigned = new UnsecuredJWT(releaseClaims)
      .setIssuer(issuer)
      .setAudience(audience)
      .setExpirationTime("5m")
      .encode();
    const tokens = [
      await token(releaseClaims, { key: privateKey }),
      await token(releaseClaims, { key: secret, alg: "HS256" }),
      unsigned,
      "not.a.token",
      "x",
    ];
    for (const each of tokens)
      expect(await problemOf(await withHeader(`Bearer ${each}`))).toMatchObject({ code: "invalid-token" });
  });

  it.each([
    "Basic YTpi",
    "Bearer",
    "Bearer a b",
    "AWS4-HMAC-SHA256 Credential=AKIA/20260115/eu/execute-api/aws4_request",
  ])("is not said by %j", async (authorization) => {
    expect(await problemOf(await withHeader(authorization))).toMatchObject({ code: "unauthenticated" });
  });

  it("is unknown while the issuer's keys cannot be read, which is nobody's fault here", async () => {
    for (const fetch of [
      async () => Promise.reject(new TypeError("fetch failed")),
      async () => new Response("no", { status: 500 }),
      async () => Response.json({ nothing: true }),
    ]) {
      const verifyToken = createGithubVerifier({ issuer, audience, clock: systemClock, fetch });
      const { app } = await createWorld({ verifyToken });
      const response = await app.request("/v1/targets", { headers: { authorization: `Bearer ${await token()}` } });
      expect(response.headers.get("retry-after")).toBe("2");
      expect(await problemOf(response)).toMatchObject({ status: 503, code: "identity-provider-unavailable" });
    }
  });

  it("reads the issuer's keys once for many tokens", async () => {
    let reads = 0;
    const { privateKey, publicKey } = await generateKeyPair("RS256");
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "key-1", alg: "RS256" }] };
    const verify = createGithubVerifier({
      issuer,
      audience,
      clock: systemClock,
      fetch: async (url) => {
        expect(url).toBe(`${issuer}/.well-known/jwks`);
        reads += 1;
        return Response.json(jwks);
      },
    });
    for (const nth of [1, 2, 3]) await verify(await token({ ...releaseClaims, jti: `${nth}` }, { key: privateKey }));
    expect(reads).toBe(1);
  });

  it("is never taken from a header that speaks of IAM", async () => {
    const context = JSON.stringify(iam().requestContext);
    const headers = {
      "x-amzn-request-context": context,
      "x-amzn-iam-user-arn": "arn:aws:sts::111122223333:assumed-role/operator/x",
      "x-apigateway-event": encodeURIComponent(JSON.stringify(iam())),
    };
    expect(await problemOf(await world.request("/v1/targets", { headers }, {}))).toMatchObject({
      code: "unauthenticated",
    });
  });

  it.each([
    {},
    { authorizer: {} },
    { authorizer: { iam: null } },
    { authorizer: { iam: { userArn: 7 } } },
    { authorizer: { iam: { userArn: "arn:aws:iam::111122223333:root" } } },
    { authorizer: { iam: { userArn: "arn:aws:sts::111122223333:federated-user/operator" } } },
    { authorizer: { iam: { userArn: "arn:aws:sts::111122223333:assumed-role/operator" } } },
    { authorizer: { jwt: { claims: releaseClaims } } },
  ])("is not taken from the request context %j", async (requestContext) => {
    const response = await world.request("/v1/targets", {}, { requestContext });
    expect(await problemOf(response)).toMatchObject({ code: "unauthenticated" });
  });
});

describe("whom IAM's signature allows", () => {
  const targetsFor = async (userArn: string): Promise<string[]> => {
    const response = await world.request("/v1/targets", {}, iam(userArn));
    const { targets } = (await response.json()) as { targets: { name: string }[] };
    return targets.map(({ name }) => name);
  };

  it.each<[string, string[]]>([
    // The role's path is missing in a session's ARN.
    ["arn:aws:sts::111122223333:assumed-role/operator/anything", ["crm", "wiki"]],
    ["arn:aws:sts::111122223333:assumed-role/Operator/anything", []],
    ["arn:aws:sts::111122223333:assumed-role/operator2/operator", []],
    ["arn:aws:sts::999922223333:assumed-role/operator/anything", []],
    ["arn:aws-cn:sts::111122223333:assumed-role/operator/anything", []],
    ["arn:aws:iam::111122223333:user/people/ann", ["crm"]],
    ["arn:aws:iam::111122223333:user/ann", []],
    ["arn:aws:iam::111122223333:user/operator", []],
  ])("%s sees %j", async (userArn, expected) => {
    expect(await targetsFor(userArn)).toEqual(expected);
  });
});

describe("what a caller may do", () => {
  /** The four kinds of request, by what they ask for. */
  const ask = {
    read: (options: { headers: object; env: object }) =>
      world.app.request("/v1/targets/crm", { headers: options.headers as Record<string, string> }, options.env),
    plan: (options: { headers: object; env: object }) => world.post("/v1/targets/crm/plan", upgrade, options),
    start: (options: { headers: object; env: object }) => world.start("key-1", upgrade, options),
    decide: async (options: { headers: object; env: object }) => {
      const { id } = (await (await world.start("prepared")).json()) as { id: string };
      return world.post(`/v1/operations/${id}/decisions`, { decision: "cancel" }, options);
    },
  };
  const statuses = async (claims: object) => {
    const found: Record<string, number> = {};
    for (const [name, request] of Object.entries(ask)) {
      world = await createWorld();
      found[name] = (await request(await world.asGithub(claims))).status;
    }
    return found;
  };

  it.each<[string, object, Record<string, number>]>([
    ["a release of the repository", {}, { read: 200, plan: 200, start: 202, decide: 202 }],
    ["a repository that may plan", { repository_id: "2" }, { read: 200, plan: 200, start: 403, decide: 403 }],
    ["a repository that may read", { repository_id: "3" }, { read: 200, plan: 403, start: 403, decide: 403 }],
    ["a repository that no rule names", { repository_id: "4" }, { read: 404, plan: 404, start: 404, decide: 404 }],
    ["a branch", { ref: "refs/heads/main" }, { read: 403, plan: 403, start: 403, decide: 403 }],
    ["a ref with a slash too many", { ref: "refs/tags/v2/x" }, { read: 403, plan: 403, start: 403, decide: 403 }],
    ["another environment", { environment: "staging" }, { read: 403, plan: 403, start: 403, decide: 403 }],
    ["no environment", { environment: undefined }, { read: 403, plan: 403, start: 403, decide: 403 }],
    ["a pull request", { event_name: "pull_request" }, { read: 403, plan: 403, start: 403, decide: 403 }],
    ["its relatives", { event_name: "pull_request_target" }, { read: 403, plan: 403, start: 403, decide: 403 }],
    [
      "a pull request of a repository without further conditions",
      { repository_id: "2", event_name: "pull_request" },
      { read: 403, plan: 403, start: 403, decide: 403 },
    ],
  ])("%s", async (_, claims, expected) => {
    expect(await statuses({ ...releaseClaims, ...claims })).toEqual(expected);
  });

  it("learns which conditions failed, and no value that the rules hold", async () => {
    const claims = { ...releaseClaims, ref: "refs/heads/main", environment: undefined };
    const response = await ask.start(await world.asGithub(claims));
    const text = await response.clone().text();
    expect(await problemOf(response)).toMatchObject({
      status: 403,
      code: "not-allowed",
      errors: [
        { claim: "environment", expected: "the job's environment that the rule names", found: "nothing" },
        { claim: "ref", expected: "a ref that the rule lists", found: "refs/heads/main" },
      ],
    });
    expect(text).not.toContain("refs/tags");
    expect(text).not.toContain("production");
  });

  it("is told apart from nobody where the target is unknown", async () => {
    const stranger = await world.asGithub({ ...releaseClaims, repository_id: "4" });
    const hidden = await problemOf(await ask.read(stranger));
    const headers = stranger.headers;
    const unknown = await problemOf(await world.app.request("/v1/targets/nope", { headers }, {}));
    const same = (document: object) => JSON.stringify({ ...document, instance: "" }).replaceAll(/crm|nope/g, "X");
    expect(same(hidden)).toBe(same(unknown));
  });

  it("is told apart from nobody where the operation is unknown", async () => {
    const { id } = (await (await world.start()).json()) as { id: string };
    const { headers } = await world.asGithub({ ...releaseClaims, repository_id: "4" });
    const hidden = await problemOf(await world.app.request(`/v1/operations/${id}`, { headers }, {}));
    const never = "op-20200101-000000-ffffff";
    const unknown = await problemOf(await world.app.request(`/v1/operations/${never}`, { headers }, {}));
    const same = (document: object) =>
      JSON.stringify({ ...document, instance: "" })
        .replaceAll(id, "X")
        .replaceAll(never, "X");
    expect(same(hidden)).toBe(same(unknown));
  });

  it("is checked before the body is looked at", async () => {
    const { headers } = await world.asGithub({ ...releaseClaims, repository_id: "4" });
    const response = await world.app.request("/v1/targets/crm/plan", { method: "POST", body: "{", headers }, {});
    expect((await problemOf(response)).code).toBe("unknown-target");
  });
});
