import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import { z } from "zod";
import type { Clock } from "../../clock.ts";
import { ProblemError } from "../problem.ts";

/** The claims of a GitHub Actions token that anything here looks at. `sub` is not among them: its format differs between repositories. */
export const githubClaimsSchema = z.object({
  repository_id: z.string().min(1),
  repository: z.string().optional(),
  repository_owner_id: z.string().optional(),
  ref: z.string().optional(),
  ref_protected: z.string().optional(),
  sha: z.string().optional(),
  environment: z.string().optional(),
  event_name: z.string().min(1),
  job_workflow_ref: z.string().optional(),
  workflow_ref: z.string().optional(),
  runner_environment: z.string().optional(),
  actor: z.string().optional(),
  actor_id: z.string().optional(),
  run_id: z.string().min(1),
  run_attempt: z.string().optional(),
  jti: z.string().optional(),
});
export type GithubClaims = z.output<typeof githubClaimsSchema>;

/** Answers the claims of a token that is genuine, for us and in time; throws a ProblemError otherwise. */
export type VerifyToken = (token: string) => Promise<GithubClaims>;

/** GitHub's have about two thousand. */
const LONGEST_TOKEN = 16_384;
/** While the issuer cannot be asked, tokens that nobody can check must not make a request each that is waited for. */
const REST_AFTER_FAILURE_MS = 2_000;

/**
 * Verifies tokens of GitHub's OIDC provider, or of a GitHub Enterprise Server's (`https://HOST/_services/token`). Make one and keep it:
 * it remembers the issuer's keys.
 */
export function createGithubVerifier(options: {
  issuer: string;
  audience: string;
  clock: Clock;
  fetch?: typeof fetch;
}): VerifyToken {
  const { issuer, audience, clock } = options;
  const keys = createRemoteJWKSet(new URL(`${issuer.replace(/\/$/, "")}/.well-known/jwks`), {
    // An unknown key makes one read of the keys in this time, whoever makes keys up; a rotated one is known after it.
    cooldownDuration: 30_000,
    cacheMaxAge: 600_000,
    timeoutDuration: 3_000,
    [customFetch]: restingAfterFailure(options.fetch ?? fetch, clock),
  });
  const verify = verifierWith(keys);

  function verifierWith(key: JWTVerifyGetKey) {
    return (token: string) =>
      jwtVerify(token, key, {
        issuer,
        audience,
        algorithms: ["RS256"],
        clockTolerance: 5,
        // GitHub's live for five minutes; one that claims to live for ever does not.
        maxTokenAge: "15m",
        requiredClaims: ["exp", "iat", "repository_id", "event_name", "run_id"],
        currentDate: new Date(clock.now()),
      });
  }

  return async function verifyGithubToken(token) {
    if (token.length > LONGEST_TOKEN) throw invalidToken(`It has more than ${LONGEST_TOKEN} characters.`);
    const verified = await verify(token).catch((error: unknown) => {
      throw explain(error);
    });
    const claims = githubClaimsSchema.safeParse(verified.payload);
    if (claims.success) return claims.data;
    const wrong = claims.error.issues.map((issue) => issue.path.join(".")).join(", ");
    throw invalidToken(`It lacks these claims of a GitHub Actions token, or has them in another form: ${wrong}.`);
  };
}

function restingAfterFailure(read: typeof fetch, clock: Clock): typeof fetch {
  let failed: { atMs: number; error: unknown } | undefined;
  const now = () => clock.now();
  return async (...request) => {
    if (failed && now() - failed.atMs < REST_AFTER_FAILURE_MS) throw failed.error;
    try {
      const response = await read(...request);
      if (response.status !== 200) throw new Error(`the issuer answered ${response.status}`);
      failed = undefined;
      return response;
    } catch (error) {
      failed = { atMs: now(), error };
      throw error;
    }
  };
}

export const invalidToken = (detail: string): ProblemError =>
  new ProblemError("invalid-token", detail, { headers: { "www-authenticate": 'Bearer error="invalid_token"' } });

/** Errors of the token are the caller's; what remains is that the keys could not be read. */
function explain(error: unknown): ProblemError {
  if (error instanceof errors.JWTExpired) return invalidToken("The token has expired.");
  if (error instanceof errors.JWTClaimValidationFailed)
    return invalidToken(`The claim "${error.claim}" is ${error.reason === "missing" ? "missing" : "not as expected"}.`);
  if (error instanceof errors.JOSEAlgNotAllowed) return invalidToken("It is not signed with RS256.");
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey)
    return invalidToken("It is not signed by the expected issuer.");
  if (
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWKSMultipleMatchingKeys
  )
    return invalidToken("It is not a signed token (JWS) of the kind that GitHub issues.");
  return new ProblemError("identity-provider-unavailable", "The keys of the token's issuer could not be read.", {
    headers: { "retry-after": "2" },
    cause: error,
  });
}
