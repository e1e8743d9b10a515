import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { authorise } from "../../src/api/auth/authorise.ts";
import { matchesWildcard } from "../../src/api/auth/wildcard.ts";
import type { GithubAccess } from "../../src/targets/access-schema.ts";
import type { Target } from "../../src/targets/schema.ts";

describe("a wildcard", () => {
  it.each([
    ["refs/tags/v1", "refs/tags/v*", true],
    ["refs/tags/v1/x", "refs/tags/v*", false],
    ["refs/tags/v1/x", "refs/tags/v**", true],
    ["refs/tags/v", "refs/tags/v*", true],
    ["xrefs/tags/v1", "refs/tags/v*", false],
    ["refs/tags/v1\n", "refs/tags/v1", false],
    ["refs/tagsXv1", "refs/tags.v1", false],
    ["a/b/.github/workflows/x.yml@refs/heads/main", "a/b/.github/workflows/*.yml@refs/heads/main", true],
    ["a/b/.github/workflows/x.yml@refs/heads/main", "a/b/**", true],
    ["a/bc/x", "a/b/**", false],
    ["a+b", "a+b", true],
    ["aab", "a+b", false],
  ])("of %j by %j is %j", (text, pattern, expected) => {
    expect(matchesWildcard(text, pattern)).toBe(expected);
  });

  it("without a star matches nothing but itself", () => {
    const word = fc.string().filter((text) => !text.includes("*"));
    fc.assert(fc.property(word, word, (text, pattern) => matchesWildcard(text, pattern) === (text === pattern)));
  });
});

describe("a target's rules", () => {
  const access = (rule: Partial<GithubAccess>): Pick<Target, "access"> => ({
    access: { github: [{ repository_id: "1", allow: ["*"], ...rule }], iam: [] },
  });
  const claims = {
    repository_id: "1",
    repository_owner_id: "10",
    ref: "refs/heads/main",
    event_name: "workflow_dispatch",
    job_workflow_ref: "acme/ci/.github/workflows/release.yml@refs/heads/main",
    workflow_ref: "acme/crm/.github/workflows/start.yml@refs/heads/main",
    runner_environment: "github-hosted",
    ref_protected: "true",
    actor_id: "583231",
    run_id: "7",
  };
  const verdict = (rule: Partial<GithubAccess>, over: object = {}) =>
    authorise({ kind: "github", claims: { ...claims, ...over } }, access(rule), { do: "read" });

  it.each<[Partial<GithubAccess>, object]>([
    [{ repository_owner_id: "10" }, { repository_owner_id: "11" }],
    [{ refs: ["refs/heads/main"] }, { ref: "refs/heads/other" }],
    [
      { workflow_refs: ["acme/ci/.github/workflows/*@refs/heads/main"] },
      { job_workflow_ref: "evil/ci/.github/workflows/x.yml@refs/heads/main" },
    ],
    [
      { caller_workflow_refs: ["acme/*/.github/workflows/start.yml@refs/heads/main"] },
      { workflow_ref: "acme/crm/.github/workflows/other.yml@refs/heads/main" },
    ],
    [{ runner_environment: "github-hosted" }, { runner_environment: "self-hosted" }],
    [{ ref_protected: true }, { ref_protected: "false" }],
    [{ actor_ids: ["1", "583231"] }, { actor_id: "58323" }],
    [{ events: ["workflow_dispatch"] }, { event_name: "push" }],
    [{}, { event_name: "workflow_run" }],
    [{}, { event_name: "issue_comment" }],
  ])("%j hold for those who meet them, and not with %j", (rule, over) => {
    expect(verdict(rule).verdict).toBe("allowed");
    expect(verdict(rule, over)).toMatchObject({ verdict: "denied", failed: [{ found: Object.values(over)[0] }] });
    expect(verdict(rule, Object.fromEntries(Object.keys(over).map((claim) => [claim, undefined])))).toMatchObject({
      verdict: "denied",
      failed: expect.arrayContaining([expect.objectContaining({ found: "nothing" })]),
    });
  });

  it("never admit a pull request, even where the rule lists the event", () => {
    expect(verdict({ events: ["pull_request_target"] }, { event_name: "pull_request_target" }).verdict).toBe("denied");
  });

  it("admit what strangers can cause only where the rule lists it", () => {
    expect(verdict({ events: ["workflow_run"] }, { event_name: "workflow_run" }).verdict).toBe("allowed");
  });

  it.each([
    "repo:acme/crm:ref:refs/heads/main",
    "repo:acme@10/crm@1:environment:production",
    "repository_id:1:job_workflow_ref:acme/ci/.github/workflows/x.yml@refs/heads/main",
    "repo:evil/fork:pull_request",
    undefined,
  ])("look at no subject, whose format each repository chooses: %s", (sub) => {
    expect(verdict({ refs: ["refs/heads/main"] }, { sub }).verdict).toBe("allowed");
  });

  it("name nobody by default", () => {
    const nobody = { access: { github: [], iam: [] } };
    expect(authorise({ kind: "github", claims }, nobody, { do: "read" })).toEqual({ verdict: "stranger" });
  });

  it("explain themselves by the rule that came closest", () => {
    const target = {
      access: {
        iam: [],
        github: [
          { repository_id: "1", environment: "production", refs: ["refs/tags/*"], allow: ["*" as const] },
          { repository_id: "1", refs: ["refs/heads/*"], allow: ["plan" as const] },
        ],
      },
    };
    const judged = authorise({ kind: "github", claims }, target, { do: "start", procedure: "upgrade" });
    expect(judged).toEqual({
      verdict: "denied",
      failed: [{ claim: "allow", expected: "a rule that allows upgrade", found: "a rule that allows plan" }],
    });
  });
});
