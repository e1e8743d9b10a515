import type { OperationState } from "../operations/state.ts";

/** For whoever is called at night: what holds of a held target, and what can be done. */
export function whatIsTrue(
  state: OperationState,
  { failure, dataIsUntouched }: { failure: string; dataIsUntouched: boolean },
): string {
  const lines = [siteLine(state, failure), dataIsUntouched ? UNTOUCHED : dataLine(state, failure)];
  if (state.leaderTaskArn && state.window.openingAt === undefined)
    lines.push(`The leader is the task ${state.leaderTaskArn}.`);
  const paused = state.mutations.filter(({ operation }) => ["DisableRule", "UpdateSchedule"].includes(operation));
  if (paused.length) lines.push(`Still disabled: ${paused.map(({ resource }) => resource).join(", ")}.`);
  lines.push(
    'The target stays locked. docs/troubleshooting.md, "A held operation", leads from here to the new version or back to the old one.',
  );
  return lines.join("\n");
}

const UNTOUCHED = "No new version has touched the data: the old version may run on it.";

const DOUBTED =
  "A task of another version may have run on the data, and nothing here can tell what it did: find that out, and put right what it changed, before the old version runs on it.";

const siteLine = ({ site }: OperationState, failure: string) =>
  site === "closed" && failure !== "page-was-gone"
    ? "The page is up: the public reads 503 at every address, requests with the bypass header get through."
    : `The site was ${site} when the operation stopped: look which of our rules (tag intermission:operation) the listeners have.`;

function dataLine(state: OperationState, failure: string): string {
  const { pointOfNoReturnAt, verifiedVersion, snapshot, window, passedSince } = state;
  const restore = snapshot
    ? `The snapshot ${snapshot} holds the data as it was before.`
    : "There is no snapshot of this operation.";
  if (window.openingAt && verifiedVersion !== undefined)
    return `The data is migrated and verified (${verifiedVersion}), and visitors may have written to it since ${window.openingAt}. ${restore}`;
  if (passedSince)
    return `The page was gone for a while: visitors may have written to data that a way back throws away, and deciding so must name it (since ${passedSince}). ${restore}`;
  if (verifiedVersion !== undefined) return `The data is migrated and verified (${verifiedVersion}). ${restore}`;
  if (pointOfNoReturnAt)
    return `The new version may have changed the data: do not start the old version on it. ${restore}`;
  return failure === "foreign-start" ? DOUBTED : UNTOUCHED;
}
