import type { Clock } from "../clock.ts";
import { IdTokenNotPermitted, NoIdToken } from "./errors.ts";

export type IdTokens = {
  /** A token that the API will accept for at least a minute. */
  get(): Promise<string>;
  /** The API refused the token: the next one is a new one. */
  forget(): void;
};

/** GitHub's tokens live five minutes, and nothing can make them live longer. */
const KEPT_FOR_MS = 4 * 60_000;

export function createIdTokens({
  getIDToken,
  clock,
  audience,
}: {
  getIDToken: (audience: string) => Promise<string>;
  clock: Clock;
  audience: string;
}): IdTokens {
  let kept: { token: string; until: number } | undefined;
  return {
    async get() {
      const askedAt = clock.now();
      if (kept && askedAt < kept.until) return kept.token;
      try {
        kept = { token: await getIDToken(audience), until: askedAt + KEPT_FOR_MS };
        return kept.token;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (message.includes("Unable to get ACTIONS_ID_TOKEN_REQUEST")) throw notPermitted(error);
        throw new NoIdToken(`GitHub gave no OIDC token: ${message.replace(/\s+/g, " ")}`, { cause: error });
      }
    },
    forget() {
      kept = undefined;
    },
  };
}

const notPermitted = (cause: unknown) =>
  new IdTokenNotPermitted(
    "The job may not ask GitHub for an OIDC token. Give it the permission: `permissions: { id-token: write, contents: read }` in the job or the workflow. " +
      "Workflows started by a pull request from a fork never get it.",
    { cause },
  );
