import { beforeAll, expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { createIds } from "../../../src/sandbox/cloud/world.ts";
import type { HttpApiRequest } from "../../../src/sandbox/front/http-api-event.ts";
import { jwtAuthorizer } from "../../../src/sandbox/front/jwt-authorizer.ts";
import { createOidcIssuer } from "../../../src/sandbox/front/oidc-issuer.ts";

const issuer = "https://issuer.example.com";
const wanted = { issuer, audience: ["intermission"] };
let tokenFor: (query: string) => Promise<string>;
let authorize: (authorization?: string) => ReturnType<ReturnType<typeof jwtAuthorizer>>;

beforeAll(async () => {
  const server = await createOidcIssuer({ clock: systemClock, ids: createIds(1) }, () => issuer);
  const ask: typeof fetch = async (input, init) => server.fetch(new Request(input as string, init));
  const judge = jwtAuthorizer({ fetch: ask });
  tokenFor = async (query) => ((await (await ask(`${issuer}/token?${query}`)).json()) as { value: string }).value;
  authorize = (authorization) =>
    judge(wanted, { headers: authorization === undefined ? {} : { authorization } } as HttpApiRequest);
});

test("lets a token of the issuer in for the audience, and tells its claims as text", async () => {
  const token = await tokenFor("audience=intermission&repository_id=42");
  const { claims } = await authorize(`Bearer ${token}`);
  expect(claims).toMatchObject({ iss: issuer, aud: "intermission", repository_id: "42" });
  expect(claims.exp).toMatch(/^\d+$/);
});

test.each([
  ["no token", async () => undefined],
  ["a token for somebody else", async () => `Bearer ${await tokenFor("audience=sts.amazonaws.com")}`],
  ["a token that was changed", async () => `Bearer ${(await tokenFor("audience=intermission")).slice(0, -6)}AAAAAA`],
  ["no JWT at all", async () => "Basic dXNlcjpwYXNz"],
])("refuses %s", async (_name, authorization) => {
  await expect(authorization().then(authorize)).rejects.toThrow();
});
