import { Hono } from "hono";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import type { World } from "../cloud/world.ts";
import { serveOnLoopback, webAnswer } from "./loopback-server.ts";
import { claimNames, claimProblems, claimsFor } from "./oidc-claims.ts";

export type OidcIssuer = {
  issuer: string;
  /** Answers whoever asks: `curl "$token?audience=intermission&repository_id=123456"`. */
  token: string;
  /** For ACTIONS_ID_TOKEN_REQUEST_URL: wants `Authorization: bearer …`, as the runner sends, and takes `&audience=` appended. */
  requestUrl: string;
  close(): Promise<void>;
};

/** The issuer on a loopback port of its own. */
export async function startOidcIssuer(world: Pick<World, "clock" | "ids">): Promise<OidcIssuer> {
  const application = await createOidcIssuer(world, () => server.url);
  const server = await serveOnLoopback(webAnswer(application.fetch));
  return {
    issuer: server.url,
    token: `${server.url}/token`,
    requestUrl: `${server.url}/actions/token?api-version=2.0`,
    close: () => server.close(),
  };
}

/** An OpenID Connect issuer with the paths, the answers and the claims of token.actions.githubusercontent.com. */
export async function createOidcIssuer(
  { clock, ids }: Pick<World, "clock" | "ids">,
  issuer: () => string,
): Promise<{ fetch: (request: Request) => Response | Promise<Response> }> {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const kid = ids.hex(40).toUpperCase();
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid, use: "sig", alg: "RS256" }] };
  const uuid = () => [8, 4, 4, 4, 12].map((length) => ids.hex(length)).join("-");

  async function answerToken(url: string): Promise<Response> {
    const parameters = new URL(url).searchParams;
    const problems = claimProblems(parameters);
    if (problems.length > 0) return Response.json({ message: problems.join("; ") }, { status: 400 });
    const claims = claimsFor(parameters, { issuer: issuer(), id: uuid(), nowMs: clock.now() });
    const value = await new SignJWT(claims as JWTPayload)
      .setProtectedHeader({ typ: "JWT", alg: "RS256", kid })
      .sign(privateKey);
    return Response.json({ count: value.length, value });
  }

  const app = new Hono();
  app.get("/.well-known/openid-configuration", (c) =>
    c.json({
      issuer: issuer(),
      jwks_uri: `${issuer()}/.well-known/jwks`,
      subject_types_supported: ["public", "pairwise"],
      response_types_supported: ["id_token"],
      claims_supported: claimNames,
      id_token_signing_alg_values_supported: ["RS256"],
      scopes_supported: ["openid"],
    }),
  );
  app.get("/.well-known/jwks", (c) => c.json(jwks));
  app.get("/token", (c) => answerToken(c.req.url));
  app.get("/actions/token", async (c): Promise<Response> => {
    if (/^bearer \S/i.test(c.req.header("authorization") ?? "")) return answerToken(c.req.url);
    return c.json({ message: "expected the header Authorization: bearer ACTIONS_ID_TOKEN_REQUEST_TOKEN" }, 401);
  });
  return { fetch: (request) => app.fetch(request) };
}
