import { brief } from "../differences.ts";
import type { Story } from "../story.ts";
import type { Finding, Violation } from "../verdict.ts";
import { databaseChanges } from "./database-changes.ts";
import { loadBalancerChanges } from "./load-balancer-changes.ts";
import { serviceChanges } from "./service-changes.ts";
import { starterChanges } from "./starter-changes.ts";

/** Something of a resource that is not what it was. `name` is what people call it. */
export type Change = { resource: string; name: string; what: string; before?: unknown; after?: unknown };

/** 7: after (a) and (b) everything but what the operation is for is what it was, and rules of others were never touched. */
export function asBefore(story: Story): Finding {
  const { moments, before } = story;
  const { kind, at = moments.requestedAt } = moments.ending;
  const settled = kind === "succeeded" || kind === "rolled-back" || kind === "refused";
  const changes = settled
    ? [...serviceChanges(story), ...starterChanges(story), ...loadBalancerChanges(story), ...databaseChanges(story)]
    : [];
  const violations: Violation[] = unlisted(changes, moments.leftovers).map(({ resource, what, before, after }) => ({
    invariant: 7,
    at,
    message: `expected ${what} of ${resource} as before (${brief(before)}), found ${brief(after)}`,
    events: [],
  }));
  for (const { seq, at, operation, resource } of touched(story))
    violations.push({
      invariant: 7,
      at,
      message: `expected what was there before to be left alone, found ${operation} of ${resource}`,
      events: [seq],
    });
  const { ecs, elbv2, rds, autoScaling, eventBridge, scheduler } = before;
  const resources =
    ecs.services.length +
    elbv2.loadBalancers.length +
    elbv2.targetGroups.length +
    rds.instances.length +
    rds.clusters.length +
    rds.proxies.length +
    autoScaling.targets.length +
    eventBridge.rules.length +
    scheduler.schedules.length;
  return {
    violations,
    looked: { compared: settled ? resources : 0, changes: changes.length, leftovers: moments.leftovers.length },
  };
}

/** (a′): each leftover accounts for one resource that it names. */
function unlisted(changes: Change[], leftovers: string[]): Change[] {
  const left = [...leftovers];
  return [...Map.groupBy(changes, ({ resource }) => resource).values()].flatMap((ofResource) => {
    const listed = left.findIndex((text) => text.includes(ofResource[0]!.name));
    if (listed < 0) return ofResource;
    left.splice(listed, 1);
    return [];
  });
}

const RULES = /^(Modify|Delete)(Rule|Listener)$/;
const TAGS = /^(AddTags|RemoveTags|TagResource|UntagResource|AddTagsToResource|RemoveTagsFromResource)$/;

/**
 * Rules and listeners that were there before are never modified, and nothing that was there before gets or loses a tag. A database under
 * the name of one that was put aside was not there before.
 */
function touched({ calls, before, restores, scenario }: Story) {
  const known = JSON.stringify(before);
  const isReplaced = (arn: string) =>
    restores.during.length > 0 && new RegExp(`:rds:.*:(db|cluster):${scenario.database}$`).test(arn);
  return calls.flatMap(({ seq, at, operation, parameters }) => {
    if (!RULES.test(operation) && !TAGS.test(operation)) return [];
    const given = parameters as Record<"RuleArn" | "ListenerArn" | "resourceArn" | "ResourceName", string | undefined>;
    const { ResourceArns = [] } = parameters as { ResourceArns?: string[] };
    const arns = [given.RuleArn, given.ListenerArn, given.resourceArn, given.ResourceName, ...ResourceArns];
    const resource = arns.find((arn) => arn && known.includes(`"${arn}"`) && !isReplaced(arn));
    return resource ? [{ seq, at, operation, resource }] : [];
  });
}
