import type { RestoreMode } from "../operations/operation.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { Before } from "./before.ts";
import type { WayBack } from "./go-back.ts";
import type { Quiet } from "./stop-nodes.ts";

/** Of a rollback: the target as it is now, but for what the operation that is taken back has changed. */
export function wayBackTo(
  before: Before,
  { bypassSecret, quiet, mode }: { bypassSecret: string; quiet: Quiet; mode: RestoreMode },
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
    snapshot,
    mode,
    discardsFrom,
  };
}
