import type { Target } from "../targets/schema.ts";
import type { Approval, OperationRequest } from "./operation.ts";

/** Operations that were started by an earlier version do not say who approves. */
type Asking = Pick<Target["approval"], "ask"> & Partial<Pick<Target["approval"], "approvers">>;

/**
 * Whether an operation asks for a decision there: the target's configuration or the request says so, and neither can take the other's question
 * away. A rollback that throws away what visitors wrote is asked about, where that is not for its starter alone to decide.
 */
export const asksAt = (
  where: Approval,
  { target, request }: { target: { approval: Asking }; request: OperationRequest },
): boolean =>
  target.approval.ask === where ||
  (request.procedure === "upgrade" && request.approval === where) ||
  (where === "before-window" &&
    request.procedure === "rollback" &&
    request.discards !== undefined &&
    (target.approval.approvers ?? "anyone") !== "anyone");
