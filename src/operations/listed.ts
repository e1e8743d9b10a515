import { z } from "zod";
import { identitySchema, operationRequestSchema, siteSchema, statusSchema } from "./operation.ts";
import type { UnreadableRecordError } from "./record.ts";
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

/** As it is stored. */
export const listedSchema = z.object({
  id: z.string(),
  target: z.string(),
  request: operationRequestSchema,
  requestedBy: identitySchema,
  requestedAt: z.iso.datetime(),
  status: statusSchema,
  site: siteSchema,
  finishedAt: z.iso.datetime().optional(),
}) satisfies z.ZodType<ListedOperation>;

/** An operation of a list, or why it cannot be read: one that cannot takes none of the others away. */
export type Listed = { id: string } & ({ operation: ListedOperation } | { unreadable: UnreadableRecordError });
