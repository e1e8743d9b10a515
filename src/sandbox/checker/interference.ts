import type { ContainerLife } from "./containers.ts";
import type { Moments } from "./moments.ts";
import type { Story } from "./story.ts";

/** Within this time the operation must have noticed what somebody else did to the target inside the window, and have given up. */
export const NOTICE_MS = 10_000;

export type ForeignRuleChange = { at: string; seq: number; operation: string; caller: string };

/** Changes of the rules of the target's listeners that were none of the runbook's doing. */
export const foreignRuleChanges = ({ events, scenario, moments }: Story): ForeignRuleChange[] =>
  events.flatMap((event) => {
    if (event.kind !== "call" || event.outcome !== "ok" || event.at < moments.requestedAt) return [];
    const { at, seq, operation, caller, parameters } = event;
    if (caller.includes(scenario.runbookCaller) || !/^(Create|Modify|Delete|Set)(Rule|Listener)/.test(operation))
      return [];
    const text = JSON.stringify(parameters).replaceAll(":listener-rule/", ":listener/");
    return scenario.listeners.some(({ arn }) => text.includes(arn)) ? [{ at, seq, operation, caller }] : [];
  });

/** Routed while nobody need have noticed yet that somebody else changed the rules. */
export const isExcused = ({ startedAt }: { startedAt: string }, changes: ForeignRuleChange[]): boolean =>
  changes.some(({ at }) => at <= startedAt && Date.parse(startedAt) - Date.parse(at) <= NOTICE_MS);

/** Too fresh for anybody to have noticed it at the given time. */
export const isFresh = ({ foreign, started }: ContainerLife, at: string): boolean =>
  foreign && Date.parse(at) - Date.parse(started.at) <= NOTICE_MS;

/** The moment is one at which the site is said to be closed. */
export const isClosedAt = ({ windows }: Moments, at: string): boolean =>
  windows.some(({ closedAt, openingAt }) => closedAt <= at && (openingAt === undefined || at < openingAt));

/** It gave up before, or soon enough after. */
export const gaveUpBy = ({ gaveUp }: Moments, at: string): boolean =>
  gaveUp.some((time) => Date.parse(time) <= Date.parse(at) + NOTICE_MS);
