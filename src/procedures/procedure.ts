import type { OperationRequest, ProcedureName } from "../operations/operation.ts";
import type { Leftover } from "./leftovers.ts";
import type { OperationRun } from "./operation-run.ts";

/** A runbook: what is done, in order. It answers what it could not put back; it throws where it could not go on. */
export type Procedure = { name: ProcedureName; run(op: OperationRun): Promise<Leftover[]> };

export const procedure = <Request extends OperationRequest>(
  name: ProcedureName,
  run: (op: OperationRun & { request: Request }) => Promise<Leftover[]>,
): Procedure => ({ name, run: run as Procedure["run"] });
