import type { Identity } from "../../operations/operation.ts";
import type { GithubClaims } from "./github-token.ts";
import type { IamPrincipal } from "./iam.ts";

/** Who is asking, as far as it was proven. */
export type Caller = { kind: "github"; claims: GithubClaims } | { kind: "iam"; principal: IamPrincipal };

const KEPT_CLAIMS = [
  "repository",
  "repository_id",
  "repository_owner_id",
  "ref",
  "sha",
  "environment",
  "event_name",
  "job_workflow_ref",
  "workflow_ref",
  "runner_environment",
  "actor",
  "actor_id",
  "run_id",
  "run_attempt",
  "jti",
] as const;

/** The caller as operations remember it. The id is the same for every run of a repository and for every session of a role. */
export function identityOf(caller: Caller): Identity {
  switch (caller.kind) {
    case "github": {
      const { claims } = caller;
      const kept = KEPT_CLAIMS.flatMap((claim) => (claims[claim] === undefined ? [] : [[claim, claims[claim]]]));
      return {
        kind: "github",
        id: `github:repository:${claims.repository_id}`,
        name: [claims.repository ?? claims.repository_id, claims.actor && `(${claims.actor})`]
          .filter(Boolean)
          .join(" "),
        details: Object.fromEntries(kept) as Record<string, string>,
      };
    }
    case "iam": {
      const { principal } = caller;
      return {
        kind: "iam",
        id: principal.id,
        name: principal.session ? `${principal.name}/${principal.session}` : principal.name,
        details: { userArn: principal.userArn, ...(principal.session && { session: principal.session }) },
      };
    }
  }
}
