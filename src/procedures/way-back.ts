import type { RestoreMode } from "../operations/operation.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { Target } from "../targets/schema.ts";
import { asFound, type Before } from "./before.ts";
import type { Closed } from "./close-traffic.ts";
import type { WayBack } from "./go-back.ts";
import type { Prepared } from "./prepare.ts";
import type { Quiet } from "./stop-nodes.ts";

/** Of a rollback: the target as it is now, but for what the operation that is taken back has changed. */
export function wayBackTo(
  before: Before,
  { bypassSecret, quiet, closed, mode }: { bypassSecret: string; quiet: Quiet; closed: Closed; mode: RestoreMode },
): WayBack {
  const { earlier } = before;
  if (!earlier)
    throw new OperationError("expected the operation that is taken back to be known, found none", { code: "not-read" });
  const { snapshot, discardsFrom, revisions, digests, image, imageDigest, expectedVersion, inventory } = earlier;
  const services = before.services.map((service) => ({
    ...service,
    taskDefinitionArn: revisions[service.name] ?? service.taskDefinitionArn,
  }));
  return {
    before: { ...before, services, digests, image, imageDigest, expectedVersion, inventory, earlier: undefined },
    bypassSecret,
    quiet,
    closed,
    snapshot,
    mode,
    discardsFrom,
  };
}

type Known = {
  snapshot?: string;
  /** Since when visitors have written what the snapshot does not hold, and what somebody confirmed of that. */
  loses?: string;
  confirmed?: string;
  prepared?: Prepared;
  quiet?: Quiet;
  closed?: Closed;
};

/**
 * To the target as an operation found it. Undefined where there is no snapshot, or nothing to put the present database behind; and what visitors
 * wrote is thrown away by nobody who does not say so.
 */
export function wayToSnapshot(
  { restore }: Target,
  before: Before,
  { snapshot, loses, confirmed, prepared, quiet, closed }: Known,
): WayBack | undefined {
  if (snapshot === undefined || !prepared || !quiet || restore.fence === undefined) return undefined;
  if (loses !== undefined && confirmed !== loses) return undefined;
  const { bypassSecret } = prepared;
  return { before: asFound(before), bypassSecret, quiet, closed, snapshot, mode: restore.mode, discardsFrom: loses };
}
