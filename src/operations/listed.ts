import type { OperationState } from "./state.ts";

/** What a list says of an operation. */
export type ListedOperation = Pick<
  OperationState,
  "id" | "target" | "request" | "requestedBy" | "requestedAt" | "status" | "site" | "finishedAt"
>;

export const listed = ({
  id,
  target,
  request,
  requestedBy,
  requestedAt,
  status,
  site,
  finishedAt,
}: OperationState): ListedOperation => ({
  ...{ id, target, request, requestedBy, requestedAt, status, site },
  ...(finishedAt !== undefined && { finishedAt }),
});
