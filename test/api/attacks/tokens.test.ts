import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { exportJWK, UnsecuredJWT } from "jose";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createGithubVerifier } from "../../../src/api/auth/github-token.ts";
import { systemClock } from "../../../src/clock.ts";
import { audience, issuer, jwks, releaseClaims, token } from "../world.ts";
import { underAttack } from "./attacker.ts";

let api: Awaited<ReturnType<typeof underAttack>>;
beforeAll(async () => {
  api = await underAttack();
});
const bearer = (value: string) => ({ headers: { authorization: `Bearer ${value}` } });

const b64 = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const [own, next] = [1, 2].map(() => generateKeyPairSync("rsa", { modulusLength: 2_048 })) as [Pair, Pair];
type Pair = ReturnType<typeof generateKeyPairSync>;
const ownJwk = await exportJWK(own.publicKey);
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const now = () => Math.floor(Date.now() / 1_000);

/** A genuine token with another header, and the signature it had. */
async function withHeader(header: object): Promise<string> {
  const [, payload, signature] = (await token()).split(".");
  return [b64({ alg: "RS256", kid: "key-1", ...header }), payload, signature].join(".");
}
async function withClaims(claims: string): Promise<string> {
  const [header, , signature] = (await token()).split(".");
  return [header, b64(claims), signature].join(".");
}

/** The public key of the issuer, which everybody knows, as if it were a shared secret. */
const publicKeyAsSecret = () => {
  const spki = createPublicKey({ key: jwks.keys[0]!, format: "jwk" }).export({ type: "spki", format: "pem" });
  return token(releaseClaims, { alg: "HS256", key: new TextEncoder().encode(String(spki)) });
};

const forgeries: [string, () => Promise<string> | string][] = [
  ["has expired", () => token(releaseClaims, { expiresIn: -60 })],
  ["is not valid yet", () => token({ ...releaseClaims, nbf: now() + 600 })],
  ["was issued in the future", () => token(releaseClaims, { issuedIn: 600 })],
  ["claims to live for a year", () => token(releaseClaims, { issuedIn: -3_600, expiresIn: 31_536_000 })],
  ["is for AWS", () => token(releaseClaims, { aud: "sts.amazonaws.com" })],
  ["is for an audience that begins like ours", () => token(releaseClaims, { aud: `${audience}.evil.example` })],
  ["is from another issuer", () => token(releaseClaims, { iss: "https://evil.example.com" })],
  ["is from an issuer that begins like GitHub's", () => token(releaseClaims, { iss: `${issuer}/evil` })],
  ["is from an enterprise's own issuer", () => token(releaseClaims, { iss: `${issuer}/octo-enterprise` })],
  ["is signed by another key under a known name", () => token(releaseClaims, { key: own.privateKey })],
  ["names a key that the issuer does not have", () => token(releaseClaims, { key: own.privateKey, kid: "key-9" })],
  ["is signed with RSA-PSS", () => token(releaseClaims, { alg: "PS256", key: own.privateKey })],
  ["is signed with RS384", () => token(releaseClaims, { alg: "RS384", key: own.privateKey })],
  ["is signed with ES256", () => token(releaseClaims, { alg: "ES256", key: ec.privateKey })],
  ["takes the public key for a secret (HS256)", publicKeyAsSecret],
  ["says that it needs no signature", () => new UnsecuredJWT(releaseClaims).setIssuer(issuer).encode()],
  ...["None", "NONE", "nOnE", "", "rs256", null, 7, ["RS256"]].map((alg): [string, () => Promise<string>] => [
    `says that its algorithm is ${JSON.stringify(alg)}`,
    () => withHeader({ alg }),
  ]),
  ["brings its own key (jwk)", () => token(releaseClaims, { key: own.privateKey, header: { jwk: ownJwk } })],
  ...["jku", "x5u"].map((name): [string, () => Promise<string>] => [
    `says where its key is (${name})`,
    () => token(releaseClaims, { key: own.privateKey, header: { [name]: "https://evil.example.com/keys" } }),
  ]),
  ["brings its own certificate (x5c)", () => token(releaseClaims, { key: own.privateKey, header: { x5c: ["MII="] } })],
  ["names a key by a path", () => token(releaseClaims, { key: own.privateKey, kid: "../../../../dev/null" })],
  ["names a key by a query", () => token(releaseClaims, { key: own.privateKey, kid: "x' UNION SELECT 'key" })],
  ["demands an extension that nobody knows (crit)", () => withHeader({ crit: ["exp"] })],
  ["says that its payload is not encoded (b64)", () => withHeader({ b64: false, crit: ["b64"] })],
  ["had its claims replaced", () => withClaims(JSON.stringify({ ...releaseClaims, iss: issuer, aud: audience }))],
  ["had a claim added twice", () => withClaims('{"repository_id":"9","repository_id":"1"}')],
  ["has claims that are no object", () => withClaims('["repository_id"]')],
  ["has lost its signature", async () => `${(await token()).split(".").slice(0, 2).join(".")}.`],
  ["has four parts", async () => `${await token()}.e30`],
  ["is encrypted, it says", () => "e30.e30.e30.e30.e30"],
  ["is huge", () => `e30.${"e30".repeat(500_000)}.e30`],
  ["lacks the repository's id", () => token({ ...releaseClaims, repository_id: undefined })],
  ["has a list for the repository's id", () => token({ ...releaseClaims, repository_id: ["1"] })],
  ["has a list for the event", () => token({ ...releaseClaims, event_name: ["push", "pull_request"] })],
];

describe("a token", () => {
  it.each(forgeries)("that %s is refused, and starts nothing", async (_what, forged) => {
    expect(await api.refused(bearer(await forged()))).toMatchObject({ status: 401, code: "invalid-token" });
  });

  it.each([
    ["twice in one header", async () => `Bearer ${await token()}, Bearer ${await token()}`],
    ["beside a signature", async () => `Bearer ${await token()}, AWS4-HMAC-SHA256 Credential=AKIA/x`],
    ["as a password", async () => `Basic ${Buffer.from(`x:${await token()}`).toString("base64")}`],
    ["after a line break", async () => `Bearer\t${await token()}`],
    ["as a parameter of the scheme", async () => `Bearer token="${await token()}"`],
  ])("%s is none", async (_where, authorization) => {
    const answer = await api.refused({ headers: { authorization: await authorization() } });
    expect(answer).toMatchObject({ status: 401, code: "unauthenticated" });
  });

  it("is not looked for in the query, nor in a cookie", async () => {
    const value = await token();
    expect((await api.refused({ query: `access_token=${value}` })).code).toBe("unauthenticated");
    expect((await api.refused({ headers: { cookie: `authorization=Bearer ${value}` } })).code).toBe("unauthenticated");
  });

  it("is good for its five minutes as often as it is sent: what it asks twice happens once", async () => {
    const [fresh, genuine] = [await underAttack(), await token()];
    const answers = [await fresh.send(bearer(genuine)), await fresh.send(bearer(genuine))];
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(answers[1]?.headers.location).toBe(answers[0]?.headers.location);
    expect(new Set(fresh.started).size).toBe(1);
  });
});

describe("the issuer's keys", () => {
  /** An issuer whose keys and health the test has in hand. */
  async function issuerWith() {
    const jwk = async ({ publicKey }: Pair, kid: string) => ({ ...(await exportJWK(publicKey)), kid, alg: "RS256" });
    const state = { keys: [await jwk(own, "old")], reads: 0, away: false };
    const verify = createGithubVerifier({
      ...{ issuer, audience, clock: systemClock },
      fetch: async () => {
        state.reads += 1;
        if (state.away) throw new TypeError("fetch failed");
        return Response.json({ keys: state.keys });
      },
    });
    const codeOf = (kid: string, { privateKey: key }: Pair) =>
      token(releaseClaims, { key, kid })
        .then(verify)
        .then(
          () => "accepted",
          (error: unknown) => (error as { code: string }).code,
        );
    return {
      state,
      async rotate() {
        state.keys = [await jwk(next, "next")];
      },
      byOld: () => codeOf("old", own),
      byNext: () => codeOf("next", next),
      byNobody: (kid: string) => codeOf(kid, own),
    };
  }
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());
  const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1_000);

  it("may be rotated: a new one is accepted, and the old one no more", async () => {
    const github = await issuerWith();
    expect(await github.byOld()).toBe("accepted");
    await github.rotate();
    pass(31);
    expect(await github.byNext()).toBe("accepted");
    expect(await github.byOld()).toBe("invalid-token");
    expect(github.state.reads).toBe(2);
  });

  it("are not read for each name of a key that somebody makes up", async () => {
    const github = await issuerWith();
    await github.byOld();
    for (let nth = 0; nth < 25; nth += 1) {
      expect(await github.byNobody(`made-up-${nth}`)).toBe("invalid-token");
      pass(1);
    }
    expect(github.state.reads).toBe(1);
    pass(10);
    await github.byNobody("made-up");
    expect(github.state.reads).toBe(2);
  });

  it("may be out of reach for a while: known ones are good, and of others nobody says that they are bad", async () => {
    const github = await issuerWith();
    await github.byOld();
    github.state.away = true;
    pass(60);
    expect(await github.byOld()).toBe("accepted");
    expect(await github.byNext()).toBe("identity-provider-unavailable");
    pass(600);
    expect(await github.byOld()).toBe("identity-provider-unavailable");
    github.state.away = false;
    pass(3);
    expect(await github.byOld()).toBe("accepted");
  });

  it("that cannot be read are not asked for by every token that comes meanwhile", async () => {
    const github = await issuerWith();
    github.state.away = true;
    for (let nth = 0; nth < 20; nth += 1) expect(await github.byOld()).toBe("identity-provider-unavailable");
    expect(github.state.reads).toBe(1);
  });

  it("are those of a GitHub Enterprise Server, where that is the issuer", async () => {
    const server = "https://github.acme.example/_services/token";
    const asked: unknown[] = [];
    const verify = createGithubVerifier({
      ...{ issuer: server, audience, clock: systemClock },
      fetch: async (url) => {
        asked.push(url);
        return Response.json({ keys: [{ ...ownJwk, kid: "ghes", alg: "RS256" }] });
      },
    });
    const signed = { key: own.privateKey, kid: "ghes" };
    expect(await verify(await token(releaseClaims, { ...signed, iss: server }))).toMatchObject({ repository_id: "1" });
    await expect(token(releaseClaims, signed).then(verify)).rejects.toMatchObject({ code: "invalid-token" });
    expect(asked).toEqual([`${server}/.well-known/jwks`]);
  });
});
