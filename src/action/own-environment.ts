import type { ActionsCore } from "./deps.ts";

/** The environment that the job runs in, which nothing but its OIDC token tells. GitHub records a deployment of such a job by itself. */
export async function ownEnvironment(
  audience: string,
  core: Pick<ActionsCore, "getIDToken">,
): Promise<string | undefined> {
  try {
    const [, payload = ""] = (await core.getIDToken(audience)).split(".");
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    const environment =
      typeof claims === "object" && claims !== null && "environment" in claims ? claims.environment : undefined;
    return typeof environment === "string" ? environment : undefined;
  } catch {
    return undefined;
  }
}
