import { createLocalJWKSet, jwtVerify } from "jose";
import { beforeAll, expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { createIds } from "../../../src/sandbox/cloud/world.ts";
import { createOidcIssuer } from "../../../src/sandbox/front/oidc-issuer.ts";

const ISSUER = "http://127.0.0.1:4000";
let get: (path: string, headers?: Record<string, string>) => Promise<Response>;

beforeAll(async () => {
  const issuer = await createOidcIssuer({ clock: systemClock, ids: createIds(1) }, () => ISSUER);
  get = async (path, headers = {}) => issuer.fetch(new Request(`${ISSUER}${path}`, { headers }));
});

/** The claims of a token, once its signature is proved by the published keys. */
async function claims(parameters: string) {
  const response = await get(`/token?${parameters}`);
  expect(response.status).toBe(200);
  const { value } = (await response.json()) as { value: string };
  const discovery = (await (await get("/.well-known/openid-configuration")).json()) as { jwks_uri: string };
  const keys = await (await get(new URL(discovery.jwks_uri).pathname)).json();
  const { payload, protectedHeader } = await jwtVerify(value, createLocalJWKSet(keys as never), {
    issuer: ISSUER,
    algorithms: ["RS256"],
  });
  expect(protectedHeader).toMatchObject({ typ: "JWT", kid: expect.any(String) });
  return payload;
}

test("a token has GitHub's claims and lives for five minutes", async () => {
  const payload = await claims("audience=intermission");
  expect(payload).toMatchObject({
    aud: "intermission",
    sub: "repo:acme/crm:ref:refs/heads/main",
    repository: "acme/crm",
    repository_id: "123456",
    repository_owner_id: "654321",
    ref: "refs/heads/main",
    event_name: "workflow_dispatch",
    job_workflow_ref: "acme/crm/.github/workflows/upgrade.yml@refs/heads/main",
    run_id: "1",
    run_attempt: "1",
    actor: "octocat",
    sha: expect.stringMatching(/^[0-9a-f]{40}$/),
    jti: expect.any(String),
  });
  expect(payload).not.toHaveProperty("environment");
  expect(payload.exp! - payload.iat!).toBe(300);
});

test("claims follow from the parameters that they are made of", async () => {
  expect(await claims("repository=acme/shop&ref=refs/tags/v1&environment=production")).toMatchObject({
    aud: "https://github.com/acme",
    sub: "repo:acme/shop:environment:production",
    environment: "production",
    ref_type: "tag",
    workflow_ref: "acme/shop/.github/workflows/upgrade.yml@refs/tags/v1",
  });
  expect(await claims("event_name=pull_request")).toMatchObject({ sub: "repo:acme/crm:pull_request" });
});

test("any claim can be replaced, and left out by an empty parameter", async () => {
  const payload = await claims("sub=somebody&repository_id=7&run_id=99&actor=");
  expect(payload).toMatchObject({ sub: "somebody", repository_id: "7", run_id: "99" });
  expect(payload).not.toHaveProperty("actor");
});

test("a token can be made that expired long ago", async () => {
  await expect(claims("exp=1000000000")).rejects.toThrow('"exp" claim timestamp check failed');
});

test("a parameter that is no claim is refused by name", async () => {
  const response = await get("/token?repositoryid=1&exp=soon");
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({
    message: expect.stringMatching(/repositoryid: expected one of audience, sub.*exp: expected seconds.*found soon/),
  });
});

test("the runner's URL wants the runner's header", async () => {
  const path = "/actions/token?api-version=2.0&audience=intermission";
  expect((await get(path)).status).toBe(401);
  expect((await get(path, { authorization: "Basic abc" })).status).toBe(401);
  const response = await get(path, { authorization: "bearer anything" });
  expect(await response.json()).toMatchObject({ value: expect.stringMatching(/^ey/) });
});
