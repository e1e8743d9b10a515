import { needsApprover, whyNoApprover } from "../operations/approvers.ts";
import type { Identity } from "../operations/operation.ts";
import type { OperationState } from "../operations/state.ts";
import type { TargetsSay, Way } from "../operations/ways-on.ts";
import { ProblemError, problemDetail } from "./problem.ts";

/** Ends the request where the decision is for another than who asks. */
export function refuseUnlessApprover(
  state: OperationState,
  way: Way,
  { by, target }: { by: Identity; target: TargetsSay | undefined },
): void {
  if (!needsApprover(way, state)) return;
  const wrong = whyNoApprover(by, { approvers: target?.approval?.approvers, starter: state.requestedBy });
  if (!wrong) return;
  const { claim, ...rest } = wrong;
  throw new ProblemError(
    "another-must-decide",
    `"${way.decision}" must be decided by ${way.by ?? rest.expected}. It was asked for by ${rest.found}.`,
    { extensions: { operation: state.id, errors: [problemDetail({ claim }, rest)] } },
  );
}
