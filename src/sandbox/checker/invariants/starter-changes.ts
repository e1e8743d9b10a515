import type { SandboxEvent } from "../../cloud/event-log.ts";
import type { Story } from "../story.ts";
import type { Change } from "./as-before.ts";
import { compare } from "./service-changes.ts";

/** EventBridge's rules and schedules, but for those that somebody else changed meanwhile, and those that AWS deletes after their one time. */
export function starterChanges(story: Story): Change[] {
  const { before, after } = story;
  const changes = [
    ...compare(before.eventBridge.rules, after.eventBridge.rules, ({ Arn }) => Arn),
    ...compare(before.scheduler.schedules, after.scheduler.schedules, ({ Arn }) => Arn),
  ];
  const foreign = foreignCalls(story);
  const once = before.scheduler.schedules.filter(
    ({ ScheduleExpression, ActionAfterCompletion }) =>
      ScheduleExpression.startsWith("at(") && ActionAfterCompletion === "DELETE",
  );
  return changes.filter(
    ({ name, resource, what }) =>
      !foreign.some((parameters) => parameters.includes(`"${name}"`)) &&
      !(what === "existence" && once.some(({ Arn }) => Arn === resource)),
  );
}

const CHANGES = /^(Put|Enable|Disable|Delete|Remove|Update)(Rule|Targets|Schedule)$/;

function foreignCalls({ events, scenario, moments }: Story): string[] {
  const isForeign = (event: SandboxEvent) =>
    event.kind === "call" &&
    event.outcome === "ok" &&
    event.at >= moments.requestedAt &&
    CHANGES.test(event.operation) &&
    !event.caller.includes(scenario.runbookCaller);
  return events.filter(isForeign).map((event) => JSON.stringify(event.kind === "call" && event.parameters));
}
