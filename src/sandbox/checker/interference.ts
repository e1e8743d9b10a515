import type { SandboxEvent } from "../cloud/event-log.ts";
import { listenersOf } from "./cloud-state.ts";
import type { ContainerLife } from "./containers.ts";
import type { Moments } from "./moments.ts";
import type { Story } from "./story.ts";

/** Within this time the operation must have noticed what somebody else did to the target inside the window, and have given up. */
export const NOTICE_MS = 10_000;

export type ForeignRuleChange = { at: string; seq: number; operation: string; caller: string };

type ForeignCall = Extract<SandboxEvent, { kind: "call" }>;

const foreignCalls = ({ events, scenario, moments }: Story): ForeignCall[] =>
  events.flatMap((event) =>
    event.kind === "call" &&
    event.outcome === "ok" &&
    event.at >= moments.requestedAt &&
    !event.caller.includes(scenario.runbookCaller) &&
    /^(Create|Modify|Delete|Set)(Rule|Listener)/.test(event.operation)
      ? [event]
      : [],
  );

/** Changes that were none of the runbook's doing of listeners, and of rules that lead to the target or are not known to lead elsewhere. */
export const foreignRuleChanges = (story: Story): ForeignRuleChange[] => {
  const { scenario, before } = story;
  const groups = scenario.targetGroupArns;
  const others = listenersOf(before)
    .flatMap(({ rules }) => rules)
    .filter((rule) => !groups.some((arn) => JSON.stringify(rule.Actions).includes(arn)))
    .map(({ RuleArn }) => RuleArn);
  return foreignCalls(story).flatMap(({ at, seq, operation, caller, parameters }) => {
    const text = JSON.stringify(parameters);
    const leadsHere = groups.some((arn) => text.includes(arn));
    const given = parameters as { RuleArn?: string; RulePriorities?: { RuleArn?: string }[] };
    const rules = [given.RuleArn, ...(given.RulePriorities ?? []).map(({ RuleArn }) => RuleArn)].filter(
      (arn) => arn !== undefined,
    );
    const ofOthers = operation === "CreateRule" || (rules.length > 0 && rules.every((arn) => others.includes(arn)));
    const onListener = scenario.listeners.some(({ arn }) =>
      text.replaceAll(":listener-rule/", ":listener/").includes(arn),
    );
    return leadsHere || (onListener && !ofOthers) ? [{ at, seq, operation, caller }] : [];
  });
};

/** Whether somebody else made or changed the rule since then, or since the operation was requested: then it need not be what it was. */
export const isForeignRule = (
  story: Story,
  sinceMs = 0,
): ((rule: { RuleArn: string; Priority: string }) => boolean) => {
  const calls = foreignCalls(story)
    .filter(({ at }) => Date.parse(at) >= sinceMs)
    .map(({ operation, parameters }) => ({
      operation,
      text: JSON.stringify(parameters),
      given: parameters as { ListenerArn?: string; Priority?: number },
    }));
  return ({ RuleArn, Priority }) =>
    calls.some(({ operation, text, given }) =>
      operation === "CreateRule"
        ? String(given.Priority) === Priority &&
          RuleArn.startsWith(`${given.ListenerArn?.replace(":listener/", ":listener-rule/")}/`)
        : text.includes(`"${RuleArn}"`),
    );
};

/** What somebody else made since then, as far as the log tells which rules came of it: also what is gone again. */
export function rulesMadeByOthers(story: Story, sinceMs = 0): Set<string> {
  const calls = new Set(foreignCalls(story).map(({ seq }) => seq));
  const accepted = new Map<string, string>();
  const made = new Set<string>();
  for (const event of story.events) {
    if (event.kind === "rules" && event.change === "accepted" && event.operation === "CreateRule" && event.ruleArn)
      accepted.set(event.listenerArn, event.ruleArn);
    if (event.kind !== "call" || event.operation !== "CreateRule" || !calls.has(event.seq)) continue;
    const rule = accepted.get((event.parameters as { ListenerArn?: string }).ListenerArn ?? "");
    if (rule !== undefined && Date.parse(event.at) >= sinceMs) made.add(rule);
  }
  return made;
}

type Routed = { startedAt: string; listenerArn: string; address: string };

/** Routed while nobody need have noticed yet that somebody else changed the rules, or where its address did not know yet what was done about it. */
export function excusedBy(story: Story, changes: ForeignRuleChange[]): (request: Routed) => boolean {
  const unknown = notInForceYet(story);
  return (request) =>
    changes.some(({ at }) => {
      const endOfNotice = new Date(Date.parse(at) + NOTICE_MS).toISOString();
      if (at > request.startedAt) return false;
      return request.startedAt <= endOfNotice || unknown(request, { after: at, until: endOfNotice });
    });
}

/** Whether a page that the runbook put up within an interval was unknown to the address of a request when it came. */
function notInForceYet({ events, scenario }: Story) {
  const pages = events.flatMap((event) =>
    event.kind === "call" &&
    event.operation === "CreateRule" &&
    event.outcome === "ok" &&
    event.caller.includes(scenario.runbookCaller) &&
    JSON.stringify(event.parameters).includes("fixed-response")
      ? [{ at: event.at, listenerArn: (event.parameters as { ListenerArn?: string }).ListenerArn }]
      : [],
  );
  const rules = events.filter((event) => event.kind === "rules" && event.operation === "CreateRule");
  return ({ startedAt, listenerArn, address }: Routed, { after, until }: { after: string; until: string }) =>
    pages
      .filter((page) => page.listenerArn === listenerArn && after <= page.at && page.at <= until)
      .some(({ at }) => {
        const made = rules.filter((rule) => rule.kind === "rules" && rule.listenerArn === listenerArn && rule.at >= at);
        const page = made.find((rule) => rule.kind === "rules" && rule.change === "accepted");
        if (page?.kind !== "rules") return false;
        const known = made.find(
          (rule) => rule.kind === "rules" && rule.ruleArn === page.ruleArn && rule.address === address,
        );
        return at <= startedAt && (known === undefined || startedAt <= known.at);
      });
}

/** Too fresh for anybody to have noticed it when the other one was asked for. */
export const isFresh = ({ foreign, started }: ContainerLife, { launchedAt }: ContainerLife): boolean =>
  foreign && Date.parse(launchedAt) - Date.parse(started.at) <= NOTICE_MS;

/** The moment is one at which the site is said to be closed. */
export const isClosedAt = ({ windows }: Moments, at: string): boolean =>
  windows.some(({ closedAt, openingAt }) => closedAt <= at && (openingAt === undefined || at < openingAt));

/** It gave up before, or soon enough after, and had not gone on again. In one and the same millisecond nothing tells which came first. */
export const gaveUpBy = ({ gaveUp, wentOn }: Moments, at: string): boolean =>
  gaveUp.some(
    (time) => Date.parse(time) <= Date.parse(at) + NOTICE_MS && !wentOn.some((again) => time <= again && again < at),
  );
