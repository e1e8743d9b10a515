import type { Target } from "../targets/schema.ts";
import type { Approval, OperationRequest } from "./operation.ts";

/** Whether an operation asks for a decision there: the target's configuration or the request says so, and neither can take the other's question away. */
export const asksAt = (
  where: Approval,
  { target, request }: { target: Pick<Target, "approval">; request: OperationRequest },
): boolean => target.approval.ask === where || (request.procedure === "upgrade" && request.approval === where);
