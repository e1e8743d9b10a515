import type { SandboxEvent } from "../cloud/event-log.ts";
import { isClosedAt, NOTICE_MS } from "./interference.ts";
import type { Story } from "./story.ts";

type Change = { seq: number; at: string; ours: boolean; desiredCount?: number; deploys: boolean };
type Call = Extract<SandboxEvent, { kind: "call" }>;
type Update = { service?: string; desiredCount?: number; taskDefinition?: string; forceNewDeployment?: boolean };

/** Every change of a service's count or revision since the operation was requested, in order, and whether it was the runbook's doing. */
function changesOf({ events, scenario, moments }: Story, name: string): Change[] {
  const isOurs = ({ caller }: Call) => caller.includes(scenario.runbookCaller);
  return events.flatMap((event, index): Change[] => {
    if (event.at < moments.requestedAt) return [];
    if (event.kind === "scaling") {
      if (event.change !== "adjusted" || event.resourceId !== `service/${scenario.cluster}/${name}`) return [];
      // A registration moves the count into its bounds before the call itself is in the log: that is its caller's doing.
      const next = events.slice(index + 1).find((each) => each.kind === "call" && each.service !== "DynamoDB");
      const caused = next?.kind === "call" && next.at === event.at && next.operation === "RegisterScalableTarget";
      return [
        {
          seq: event.seq,
          at: event.at,
          ours: caused && isOurs(next),
          desiredCount: event.desiredCount,
          deploys: false,
        },
      ];
    }
    if (event.kind !== "call" || event.outcome !== "ok" || event.operation !== "UpdateService") return [];
    const { service = "", desiredCount, taskDefinition, forceNewDeployment } = event.parameters as Update;
    if (service.split("/").at(-1) !== name) return [];
    const deploys = taskDefinition !== undefined || forceNewDeployment === true;
    return [{ seq: event.seq, at: event.at, ours: isOurs(event), desiredCount, deploys }];
  });
}

/** Inside the window the operation must notice, but for what is done so shortly before the opening that it cannot. */
const isFree = ({ moments }: Story, { at }: Change): boolean =>
  !isClosedAt(moments, at) ||
  moments.windows.some(
    ({ openingAt }) => openingAt && at <= openingAt && Date.parse(openingAt) - Date.parse(at) <= NOTICE_MS,
  );

/** What somebody else has done to the service since everything that the runbook did to it; nothing where it was inside the window. */
const lastWordOfOthers = (story: Story, changes: Change[]): Change[] =>
  changes.slice(changes.findLastIndex(({ ours }) => ours) + 1).filter((change) => isFree(story, change));

/**
 * The count that somebody else gave a service and that nobody could take for a mistake: before the runbook stopped its nodes counts are free to
 * change, and after its last word on the count they are so again. What somebody changes in between is undone, and excuses nothing.
 */
export function countOfOthers(story: Story, name: string): number | undefined {
  const counts = changesOf(story, name).filter(({ desiredCount }) => desiredCount !== undefined);
  const first = counts.findIndex(({ ours }) => ours);
  const after = lastWordOfOthers(story, counts);
  const before = counts.slice(0, Math.max(0, first));
  return (after.at(-1) ?? before.at(-1))?.desiredCount;
}

/** Somebody else changed the count or deployed after everything that the runbook did to the service: what comes of it is theirs. */
export const isLeftToOthers = (story: Story, name: string): boolean =>
  lastWordOfOthers(story, changesOf(story, name)).length > 0;

/** Somebody else deployed after the runbook's last word on what the service runs. */
export const isDeployedByOthers = (story: Story, name: string): boolean =>
  lastWordOfOthers(
    story,
    changesOf(story, name).filter(({ deploys }) => deploys),
  ).length > 0;
