import { createRemoteJWKSet, customFetch, jwtVerify } from "jose";
import { z } from "zod";
import type { HttpApiRequest, JwtCaller } from "./http-api-event.ts";

const discovery = z.object({ jwks_uri: z.url() });

/**
 * The JWT authorizer of an HTTP API: the token of the `Authorization` header, with or without `Bearer`, signed with RSA by the issuer that
 * its discovery document names, for one of the audiences and in time. Rejects everything else.
 */
export function jwtAuthorizer({ fetch }: { fetch: typeof globalThis.fetch }) {
  const keySets = new Map<string, Promise<ReturnType<typeof createRemoteJWKSet>>>();

  async function keysOf(issuer: string) {
    const answer = await fetch(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
    const { jwks_uri } = discovery.parse(await answer.json());
    return createRemoteJWKSet(new URL(jwks_uri), { [customFetch]: fetch });
  }

  return async (
    { issuer, audience }: { issuer: string; audience: string[] },
    request: HttpApiRequest,
  ): Promise<JwtCaller> => {
    const keys = keySets.get(issuer) ?? keysOf(issuer);
    keySets.set(issuer, keys);
    keys.catch(() => keySets.delete(issuer));
    const token = (request.headers.authorization ?? "").replace(/^bearer +/i, "");
    const { payload } = await jwtVerify(token, await keys, {
      issuer,
      audience,
      algorithms: ["RS256", "RS384", "RS512"],
    });
    const claims = Object.entries(payload).map(([name, value]) => [
      name,
      Array.isArray(value) ? `[${value.join(" ")}]` : String(value),
    ]);
    return { claims: Object.fromEntries(claims), scopes: null };
  };
}
