import type { ProcedureName } from "../../operations/operation.ts";
import type { GithubAccess } from "../../targets/access-schema.ts";
import type { Target } from "../../targets/schema.ts";
import type { Caller } from "./caller.ts";
import type { GithubClaims } from "./github-token.ts";
import { isPrincipal } from "./iam.ts";
import { matchesWildcard } from "./wildcard.ts";

/** What a caller wants to do with a target. */
export type Action = { do: "read" | "decide" | "restore" } | { do: "plan" | "start"; procedure: ProcedureName };

/** A condition that did not hold: about what, what kind of thing was expected, and what the caller brought. */
export type FailedCondition = { claim: string; expected: string; found: string };

/**
 * - `allowed`
 * - `denied`: the caller is one that the target's rules name, and learns which conditions failed
 * - `stranger`: the rules do not name the caller at all, who learns nothing, not even that the target exists
 */
export type Verdict =
  | { verdict: "allowed" }
  | { verdict: "denied"; failed: FailedCondition[] }
  | { verdict: "stranger" };

/** Denied by default: one rule must name the caller, hold in every condition it gives, and allow the action. */
export function authorise(caller: Caller, target: Pick<Target, "access">, action: Action): Verdict {
  const rules = rulesNaming(caller, target);
  if (rules.length === 0) return { verdict: "stranger" };
  const judged = rules.map(({ failed, allow }) => [
    ...failed,
    ...(permits(allow, action) ? [] : [notListed(action, allow)]),
  ]);
  if (judged.some((failed) => failed.length === 0)) return { verdict: "allowed" };
  // The rule that came closest is the one its author meant.
  const [closest = []] = judged.toSorted((a, b) => a.length - b.length);
  return { verdict: "denied", failed: closest };
}

type Rule = { failed: FailedCondition[]; allow: readonly string[] };

function rulesNaming(caller: Caller, { access }: Pick<Target, "access">): Rule[] {
  switch (caller.kind) {
    case "github":
      return access.github
        .filter((rule) => rule.repository_id === caller.claims.repository_id)
        .map((rule) => ({ failed: failedConditions(rule, caller.claims), allow: rule.allow }));
    case "iam":
      return access.iam
        .filter((rule) => isPrincipal(caller.principal, rule.role))
        .map((rule) => ({ failed: [], allow: rule.allow }));
  }
}

/** `*` allows everything, a procedure includes its plan, and anything at all includes reading. */
function permits(allow: readonly string[], action: Action): boolean {
  if (allow.includes("*")) return true;
  switch (action.do) {
    case "read":
      return allow.length > 0;
    case "decide":
    case "restore":
      return allow.includes(action.do);
    case "plan":
      return allow.includes("plan") || allow.includes(action.procedure);
    case "start":
      return allow.includes(action.procedure);
  }
}

const inWords = (action: Action): string => {
  switch (action.do) {
    case "read":
    case "decide":
    case "restore":
      return action.do;
    case "plan":
      return `plan of ${action.procedure}`;
    case "start":
      return action.procedure;
  }
};

const notListed = (action: Action, allow: readonly string[]): FailedCondition => ({
  claim: "allow",
  expected: `a rule that allows ${inWords(action)}`,
  found: `a rule that allows ${allow.join(", ")}`,
});

/** In a public repository whoever has an account can cause these, and the token does not say who did, or from which fork. */
const CAUSED_BY_STRANGERS = [
  "workflow_run",
  "issue_comment",
  "issues",
  "discussion",
  "discussion_comment",
  "fork",
  "watch",
];

function failedConditions(rule: GithubAccess, claims: GithubClaims): FailedCondition[] {
  const failed: FailedCondition[] = [];
  const demand = (claim: keyof GithubClaims, expected: string, holds: (value: string) => boolean) => {
    const value = claims[claim];
    if (value === undefined || !holds(value)) failed.push({ claim, expected, found: value ?? "nothing" });
  };
  const matchesOne = (patterns: string[]) => (value: string) => patterns.some((each) => matchesWildcard(value, each));
  // A pull request's author chooses what its workflow runs.
  demand("event_name", "no event of a pull request", (event) => !event.startsWith("pull_request"));
  const { events, refs, workflow_refs, caller_workflow_refs, actor_ids } = rule;
  if (events) demand("event_name", "an event that the rule lists", (event) => events.includes(event));
  else
    demand(
      "event_name",
      "no event that strangers can cause, unless the rule lists it",
      (event) => !CAUSED_BY_STRANGERS.includes(event),
    );
  const { repository_owner_id, environment, runner_environment } = rule;
  if (repository_owner_id !== undefined)
    demand("repository_owner_id", "the owner that the rule names", (id) => id === repository_owner_id);
  if (environment !== undefined)
    demand("environment", "the job's environment that the rule names", (name) => name === environment);
  if (refs) demand("ref", "a ref that the rule lists", matchesOne(refs));
  if (rule.ref_protected) demand("ref_protected", "a protected ref", (is) => is === "true");
  if (workflow_refs) demand("job_workflow_ref", "a workflow file that the rule lists", matchesOne(workflow_refs));
  if (caller_workflow_refs)
    demand("workflow_ref", "a calling workflow file that the rule lists", matchesOne(caller_workflow_refs));
  if (runner_environment !== undefined)
    demand("runner_environment", "the kind of runner that the rule names", (kind) => kind === runner_environment);
  if (actor_ids) demand("actor_id", "an account that the rule lists", (id) => actor_ids.includes(id));
  return failed;
}
