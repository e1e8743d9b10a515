import { OperationError } from "../operations/operation-error.ts";
import type { Before } from "./before.ts";
import type { PhaseRun } from "./operation-run.ts";
import { backupSnapshot } from "./snapshot.ts";
import { takeSnapshot } from "./take-snapshot.ts";

/** How far the clocks of two AWS services may stand apart. */
const CLOCK_SKEW_MS = 1_000;

/** Takes the snapshot that a rollback would restore. Answers its name; undefined where the target has no database or the caller wants none. */
export const backUpDatabase =
  (before: Before, quiet?: { stoppedAt: string }) =>
  async (op: PhaseRun): Promise<string | undefined> => {
    const planned = backupSnapshot(op.target, op.request, before, op.id);
    if (!planned) return undefined;
    const { identifier, requestedAt } = await takeSnapshot(op, planned);
    const stoppedAt = quiet?.stoppedAt;
    if (stoppedAt !== undefined && Date.parse(requestedAt) + CLOCK_SKEW_MS < Date.parse(stoppedAt)) {
      throw new OperationError(
        `the snapshot ${identifier} was requested at ${requestedAt}, expected after the last container ended at ${stoppedAt}`,
        {
          code: "snapshot-too-early",
          hint: "Something else made a snapshot of this name. Delete it, then start anew",
        },
      );
    }
    await op.record("available", [{ type: "snapshot-available", snapshot: identifier, createdAt: requestedAt }]);
    return identifier;
  };
