import type { Approver, Approvers } from "../targets/access-schema.ts";
import { iamIdOf } from "../targets/iam-arn.ts";
import type { DataAcknowledged, Decision, Discard, Identity } from "./operation.ts";
import { areTwo, decidesByHand, personOf } from "./person.ts";
import type { OperationState } from "./state.ts";

/**
 * Whether a decision is for an approver alone: what goes forward, what throws away what visitors wrote, and what starts on data that
 * nobody but a person can vouch for. Going back to the data as it was
 * never is, and neither is to open a site again that had begun to open: that was approved, and visitors wait.
 */
export const needsApprover = (
  { decision, discards, data }: { decision: Decision; discards?: Discard; data?: DataAcknowledged },
  { window }: Pick<OperationState, "window">,
): boolean =>
  discards !== undefined || data !== undefined || (decision === "proceed" && window.openingAt === undefined);

/** Who that is, in words that follow "by". Undefined where everybody who may decide is. */
export function approversInWords(
  approvers: Approvers | undefined,
  starter = "who starts the operation",
): string | undefined {
  if (approvers === undefined || approvers === "anyone") return undefined;
  if (approvers === "another") return `somebody else than ${starter}`;
  const each = approvers.map(inWords);
  const isPerson = approvers.some((approver) => !("environment" in approver));
  return `${each.join(", or ")}${isPerson ? `; not by ${starter}` : ""}`;
}

const inWords = (approver: Approver): string => {
  if ("actor_id" in approver) return `the GitHub account ${approver.actor_id}`;
  if ("role" in approver) return approver.role.replace(/^.*:(role|user)\/(?:.*\/)?/, "the IAM $1 ");
  return `a job in the environment ${approver.environment} of the repository ${approver.repository_id}`;
};

/** Why an identity is not the approver that is asked for; undefined where it is. */
export function whyNoApprover(
  by: Identity,
  { approvers, starter }: { approvers: Approvers | undefined; starter: Identity },
): { claim: string; expected: string; found: string } | undefined {
  if (approvers === undefined || approvers === "anyone") return undefined;
  const listed = approvers === "another" ? undefined : approvers.filter((approver) => is(by, approver));
  if (listed?.some((approver) => "environment" in approver)) return undefined;
  if (listed?.length === 0)
    return { claim: "approvers", expected: approversInWords(approvers) ?? "", found: inFull(by) };
  if (areTwo(by, starter) && decidesByHand(by)) return undefined;
  return { claim: claimOf(by, starter), expected: `somebody else than ${inFull(starter)}`, found: byHand(by) };
}

function is(by: Identity, approver: Approver): boolean {
  if ("actor_id" in approver) return personOf(by) === `github:actor:${approver.actor_id}`;
  if ("role" in approver) return by.kind === "iam" && by.id === iamIdOf(approver.role);
  const { repository_id, environment } = approver;
  return by.id === `github:repository:${repository_id}` && by.details.environment === environment;
}

const claimOf = (by: Identity, starter: Identity): string => {
  if (by.kind === "iam") return "role";
  return decidesByHand(by) && personOf(starter) !== undefined ? "actor_id" : "actor_id of a run begun by hand";
};

/** Whether it was somebody who decided, too. */
const byHand = (by: Identity): string =>
  personOf(by) === undefined || decidesByHand(by)
    ? inFull(by)
    : `${by.name}, in a run that was not begun by hand to decide (${by.details.event_name})`;

/** As far as it says who a person is. */
function inFull(identity: Identity): string {
  const { kind, name, details } = identity;
  if (kind === "iam" || personOf(identity) !== undefined) return name;
  const how = details.run_attempt === "1" ? details.event_name : `attempt ${details.run_attempt}`;
  return `${name}, in a run that does not prove whose hand began it (${how ?? "unknown"})`;
}
