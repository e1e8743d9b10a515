import type { Finding } from "./findings.ts";
import { iamIdOf } from "./iam-arn.ts";

type Raw = Record<string, unknown>;
const isRecord = (value: unknown): value is Raw => typeof value === "object" && value !== null && !Array.isArray(value);
const recordsOf = (value: unknown): Raw[] => (Array.isArray(value) ? value.filter(isRecord) : []);
const mayDecide = ({ allow }: Raw): boolean =>
  Array.isArray(allow) && (allow.includes("*") || allow.includes("decide"));

/** Whoever is to approve must be let decide: otherwise a window would wait, in the night, for somebody who is refused. */
export function approversMayDecide(target: Raw): Finding[] {
  const approvers = isRecord(target.approval) ? target.approval.approvers : undefined;
  if (approvers === undefined || approvers === "anyone") return [];
  const access = isRecord(target.access) ? target.access : {};
  const github = recordsOf(access.github).filter(mayDecide);
  const iam = recordsOf(access.iam).filter(mayDecide);
  if (!Array.isArray(approvers)) {
    if (approvers !== "another" || github.length + iam.length > 0) return [];
    return [finding([], "a rule under `access` that allows somebody to decide", "none")];
  }
  return approvers.flatMap((approver, index) => {
    if (!isRecord(approver)) return [];
    const { actor_id, role, repository_id, environment } = approver;
    const [isListed, who] =
      typeof role === "string"
        ? [iam.some((rule) => typeof rule.role === "string" && iamIdOf(rule.role) === iamIdOf(role)), role]
        : typeof repository_id === "string"
          ? [
              github.some(
                (rule) =>
                  rule.repository_id === repository_id &&
                  (rule.environment === undefined || rule.environment === environment),
              ),
              `the environment ${String(environment)} of the repository ${repository_id}`,
            ]
          : [github.length > 0, `the GitHub account ${String(actor_id)}`];
    return isListed ? [] : [finding([index], "somebody whom a rule under `access` allows to decide", who)];
  });
}

const finding = (path: number[], expected: string, found: string): Finding => ({
  path: ["approval", "approvers", ...path],
  expected,
  found,
  hint: "add `decide` to their rule under `access`, or a rule for them",
});
