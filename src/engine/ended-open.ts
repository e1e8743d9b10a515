import type { OperationEvent } from "../operations/event.ts";
import type { OperationState } from "../operations/state.ts";

/**
 * How an operation has ended whose site has opened, and whose settings nothing could put back: an open site stays so, and is not held. Undefined where the site is not open,
 * or where it went back or somebody decided so since.
 */
export function endedOpen(
  { site, goingBack, request }: OperationState,
  events: readonly OperationEvent[],
): "succeeded" | "rolled-back" | undefined {
  const opened = events.findLast(({ type }) => type === "opened");
  if (!opened || site !== "open") return undefined;
  const turned = (event: OperationEvent) =>
    event.type === "going-back" || (event.type === "decided" && event.decision !== "proceed");
  if (events.some((event) => event.seq > opened.seq && turned(event))) return undefined;
  const tookBack = request.procedure === "rollback" && goingBack?.snapshot !== undefined;
  return goingBack === undefined || tookBack ? "succeeded" : "rolled-back";
}
