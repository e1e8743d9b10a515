import type { OperationRequest, UpgradeRequest } from "../../src/operations/operation.ts";
import { NEW_IMAGE } from "./noticeboard-cloud.ts";
import { type Finished, type ProcedureRun, runProcedure } from "./run-procedure.ts";
import type { SimulatedCloud } from "./simulated-cloud.ts";

export { OPERATION, operator } from "./operator.ts";
export type { Finished } from "./run-procedure.ts";

export const upgradeRequest = (request: Partial<UpgradeRequest> = {}): OperationRequest => ({
  procedure: "upgrade",
  image: NEW_IMAGE,
  snapshot: "required",
  ...request,
});

/** An upgrade to the new image where nothing else is said. */
export const runUpgrade = (
  cloud: SimulatedCloud,
  { request, ...run }: Omit<ProcedureRun, "request"> & { request?: Partial<UpgradeRequest> } = {},
): Promise<Finished> => runProcedure(cloud, { ...run, request: upgradeRequest(request) });
