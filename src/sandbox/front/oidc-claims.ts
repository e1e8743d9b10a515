/** The claims of a GitHub Actions OIDC token, in the words of GitHub's reference. All are strings but the four times. */
export const claimNames = [
  "sub",
  "aud",
  "iss",
  "jti",
  "iat",
  "nbf",
  "exp",
  "repository",
  "repository_id",
  "repository_owner",
  "repository_owner_id",
  "repository_visibility",
  "ref",
  "ref_type",
  "ref_protected",
  "sha",
  "base_ref",
  "head_ref",
  "environment",
  "event_name",
  "workflow",
  "workflow_ref",
  "workflow_sha",
  "job_workflow_ref",
  "job_workflow_sha",
  "run_id",
  "run_number",
  "run_attempt",
  "runner_environment",
  "actor",
  "actor_id",
] as const;
export type ClaimName = (typeof claimNames)[number];
export type Claims = Partial<Record<ClaimName, string | number>>;

const LIFETIME_SECONDS = 300;
const times: readonly string[] = ["iat", "nbf", "exp"];

/** Parameters that are no claim or no number where one is needed; empty when all is well. */
export function claimProblems(parameters: URLSearchParams): string[] {
  return [...parameters].flatMap(([name, value]) => {
    if (name === "audience" || name === "api-version") return [];
    if (!(claimNames as readonly string[]).includes(name))
      return [`${name}: expected one of audience, ${claimNames.join(", ")}`];
    if (times.includes(name) && !/^\d+$/.test(value))
      return [`${name}: expected seconds since the epoch, found ${value}`];
    return [];
  });
}

/**
 * What GitHub would say of a job of `acme/crm`, each claim replaced by the parameter of its name; an empty parameter leaves the claim
 * out. `environment` is there only when given, as a job's is, and then stands in the subject.
 */
export function claimsFor(parameters: URLSearchParams, token: { issuer: string; id: string; nowMs: number }): Claims {
  const given = (name: string, otherwise: string) => parameters.get(name) ?? otherwise;
  const repository = given("repository", "acme/crm");
  const owner = repository.split("/")[0] ?? "";
  const ref = given("ref", "refs/heads/main");
  const environment = parameters.get("environment");
  const event = given("event_name", "workflow_dispatch");
  const workflowRef = given("workflow_ref", `${repository}/.github/workflows/upgrade.yml@${ref}`);
  const sha = given("sha", "0123456789abcdef0123456789abcdef01234567");
  const now = Math.floor(token.nowMs / 1_000);
  const subject = environment ? `environment:${environment}` : event === "pull_request" ? "pull_request" : `ref:${ref}`;

  const claims: Claims = {
    sub: `repo:${repository}:${subject}`,
    aud: given("audience", `https://github.com/${owner}`),
    iss: token.issuer,
    jti: token.id,
    iat: now,
    nbf: now - LIFETIME_SECONDS,
    exp: now + LIFETIME_SECONDS,
    repository,
    repository_id: "123456",
    repository_owner: owner,
    repository_owner_id: "654321",
    repository_visibility: "private",
    ref,
    ref_type: ref.startsWith("refs/tags/") ? "tag" : "branch",
    ref_protected: "false",
    sha,
    base_ref: "",
    head_ref: "",
    event_name: event,
    workflow: "upgrade",
    workflow_ref: workflowRef,
    workflow_sha: sha,
    job_workflow_ref: workflowRef,
    job_workflow_sha: sha,
    run_id: "1",
    run_number: "1",
    run_attempt: "1",
    runner_environment: "github-hosted",
    actor: "octocat",
    actor_id: "1",
  };
  for (const name of claimNames) {
    const value = parameters.get(name);
    if (value === "") delete claims[name];
    else if (value !== null) claims[name] = times.includes(name) ? Number(value) : value;
  }
  return claims;
}
