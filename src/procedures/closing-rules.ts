import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Listener, ListenerRule, NewRule } from "../aws/load-balancer.ts";
import { EXPIRES_TAG, OPERATION_TAG, ROLE_TAG, TARGET_TAG } from "../aws/tags.ts";
import type { TargetGroup } from "../aws/target-groups.ts";
import { PAGE_LIMIT, renderPage } from "../targets/page.ts";
import { presetOf } from "../targets/presets/preset.ts";
import type { Target } from "../targets/schema.ts";
import { usersRequest } from "../targets/users-request.ts";
import { asInput, bypassConditions, EVERYTHING } from "./conditions.ts";
import { type Door, doorsTo, forwardedGroups, guardOf, type ListenerRules, rulesBefore } from "./doors.ts";
import { type Moved, type Room, roomFor } from "./rule-room.ts";
import { type SampleRequest, sampleFor } from "./sample-request.ts";

/** A closing rule with the bypass rules that go before it, and a request that this closing rule alone answers once it is in force. */
export type Closure = {
  door: Door;
  closing: NewRule;
  /** More than one where one would have too many values, or where networks get through too. None: whoever has the bypass header does not get through here. */
  bypasses: NewRule[];
  sample: SampleRequest;
};
export type Obstacle = { door: Door; problem: string; fix: string };
/** Rules of a listener that must move to make room for ours. Their order stays, so that every request is routed as before. */
export type Shift = { listener: Listener; moved: Moved[] };
export type Closures = { closures: Closure[]; shifts: Shift[]; obstacles: Obstacle[] };

export type ClosingInput = {
  operationId: string;
  target: Target;
  targetGroups: Pick<TargetGroup, "arn" | "loadBalancerArns">[];
  leaderGroupArns: string[];
  listeners: ListenerRules[];
  bypassSecret: string;
  /** Undefined before the window has begun. */
  expiresAt?: string;
  /** What the page is known by, where not by the operation's id alone. */
  edition?: string;
  /** Closing rules and nothing else, whether or not they can be proven. */
  inHurry?: boolean;
};

/**
 * Where our rules go. Rules of others are never changed: one closing rule shadows each rule that leads to the application, directly before
 * it and with the same conditions. A copy at the very top would steal requests from other applications' rules in between. Only
 * where every rule of a listener leads to the application, and one bypass can stand for all, does one rule at the top close it.
 */
export function closures(input: ClosingInput): Closures {
  const found = input.listeners.map((listener) => closeListener(input, listener));
  return {
    closures: found.flatMap((each) => each.closures),
    shifts: found.flatMap((each) => each.shifts),
    obstacles: found.flatMap((each) => each.obstacles),
  };
}

function closeListener(input: ClosingInput, listener: ListenerRules): Closures {
  const groups = input.targetGroups.map(({ arn }) => arn);
  const doors = doorsTo([listener], groups);
  const [first] = doors;
  if (!first) return { closures: [], shifts: [], obstacles: [] };

  const whole = isOneDoor(input.target, listener, groups);
  const shadowed = (whole ? [first] : doors).map((door) => shadow(input, listener, { door, whole }));
  const obstacles = shadowed.flatMap(({ obstacle }) => obstacle ?? []);
  const fitting = shadowed.flatMap(({ plan }) => plan ?? []);
  const placed = place(input, listener, { plans: fitting, whole });
  return {
    closures: placed.closures,
    shifts: placed.moved.length ? [{ listener: first.listener, moved: placed.moved }] : [],
    obstacles: [...obstacles, ...placed.obstacles],
  };
}

/** Whether one rule at the top may stand for all: a bypass there would go past every login, and could rewrite only as one of them does. */
function isOneDoor(target: Target, { rules }: ListenerRules, groups: string[]): boolean {
  const simple = ({ transforms = [] }: ListenerRule) => transforms.length === 0;
  const passable = (rule: ListenerRule) => guardOf(rule) === undefined || target.loadBalancer.bypassAuthentication;
  return rules.every(
    (rule) => forwardedGroups(rule).some((arn) => groups.includes(arn)) && simple(rule) && passable(rule),
  );
}

const NO_SAMPLE: SampleRequest = { host: "", path: "/", query: [], headers: {} };

type Shadow = { door: Door; conditions: RuleCondition[]; bypasses: RuleCondition[][]; sample: SampleRequest };

/** The conditions of the rules that stand before a door, or why they cannot be. */
function shadow(
  { target, bypassSecret, inHurry = false }: ClosingInput,
  { rules }: ListenerRules,
  { door, whole }: { door: Door; whole: boolean },
): { plan?: Shadow; obstacle?: Obstacle } {
  const conditions = whole || door.rule.priority === undefined ? [EVERYTHING] : door.rule.conditions.map(asInput);
  const sample = sampleFor(conditions, {
    ordinary: ordinaryRequest(target),
    earlier: whole ? [] : rulesBefore(rules, door.rule),
  });
  if (inHurry) return { plan: { door, conditions, bypasses: [], sample: sample ?? NO_SAMPLE } };
  if (!sample)
    return {
      obstacle: {
        door,
        problem: "no GET request from here can match it alone, so that its page could not be proven",
        fix: "Take away what only some clients meet (source-ip, other methods than GET), or the rules before it that it overlaps with, while the application is upgraded",
      },
    };
  const bypass = { secret: bypassSecret, cidrs: target.loadBalancer.bypassCidrs };
  const guarded = !whole && guardOf(door.rule) !== undefined && !target.loadBalancer.bypassAuthentication;
  return { plan: { door, conditions, sample, bypasses: guarded ? [] : bypassConditions(conditions, bypass) } };
}

type Placing = { plans: Shadow[]; whole: boolean };

function place(input: ClosingInput, listener: ListenerRules, { plans, whole }: Placing) {
  const [first] = listener.rules.filter(({ priority }) => priority !== undefined);
  if (whole && !first && plans[0])
    return { closures: [closure(input, plans[0], numbersAtTheEnd(plans[0]))], moved: [], obstacles: [] };
  const wanted = plans.map(({ door, bypasses }) => {
    const rule = whole ? first : door.rule;
    return { before: rule?.priority === undefined ? undefined : rule, count: bypasses.length + 1 };
  });
  const groups = input.targetGroups.map(({ arn }) => arn);
  const isOwn = (rule: ListenerRule) => forwardedGroups(rule).some((arn) => groups.includes(arn));
  const room = roomFor(listener.rules, { wanted, isOwn });
  if (room && (room.moved.length === 0 || input.target.loadBalancer.movePriorities))
    return {
      closures: plans.map((plan, index) => closure(input, plan, room.numbers[index]!)),
      moved: room.moved,
      obstacles: [],
    };
  const narrow = plans.filter(
    (_plan, index) => roomFor(listener.rules, { wanted: [wanted[index]!] })?.moved.length !== 0,
  );
  return {
    closures: [],
    moved: [],
    obstacles: (narrow.length ? narrow : plans).map(({ door, bypasses }) => noRoom(door, bypasses.length + 1, room)),
  };
}

const numbersAtTheEnd = ({ bypasses }: Shadow) =>
  Array.from({ length: bypasses.length + 1 }, (_, index) => 50_000 - bypasses.length + index);

function noRoom(door: Door, count: number, room: Room | undefined): Obstacle {
  const { priority } = door.rule;
  const moves = room?.moved.map(({ from, to }) => `${from} to ${to}`).join(", ");
  const rules = `${door.listener.arn.replace(":listener/", ":listener-rule/")}/*`;
  return {
    door,
    problem:
      priority === undefined
        ? `fewer than ${count} priorities are free after the last rule`
        : `the ${count} priorities before ${priority} are not free`,
    fix: moves
      ? `Set \`loadBalancer.movePriorities: true\`: the window then moves the rules ${moves}, whoever's they are, in one change that keeps their order, and takes that back at the end. The runbook needs elasticloadbalancing:SetRulePriorities on ${rules} for it. Or leave ${count} numbers free yourself`
      : "Delete rules: a listener has 50,000 priorities",
  };
}

function closure(input: ClosingInput, { door, conditions, bypasses, sample }: Shadow, numbers: number[]): Closure {
  const rule = (role: "closing" | "bypass") => ({
    listenerArn: door.listener.arn,
    tags: {
      [OPERATION_TAG]: input.operationId,
      [TARGET_TAG]: input.target.name,
      [ROLE_TAG]: role,
      [EXPIRES_TAG]: input.expiresAt ?? EXPIRY_TO_COME,
    },
  });
  // A target group belongs to one load balancer: at another one's doors the bypass leads where the door does.
  const leaderGroups = input.targetGroups.filter(
    ({ arn, loadBalancerArns }) =>
      input.leaderGroupArns.includes(arn) && loadBalancerArns.includes(door.listener.loadBalancerArn),
  );
  const own = leaderGroups.find(({ arn }) => forwardedGroups(door.rule).includes(arn));
  const { transforms } = door.rule;
  return {
    door,
    sample,
    closing: {
      ...rule("closing"),
      priority: numbers.at(-1)!,
      conditions,
      action: {
        type: "fixed-response",
        statusCode: "503",
        contentType: input.target.page.contentType,
        body: bodyOf(input),
      },
    },
    bypasses: bypasses.map((each, index) => ({
      ...rule("bypass"),
      priority: numbers[index]!,
      conditions: each,
      action: { type: "forward", targetGroupArn: (own ?? leaderGroups[0])?.arn ?? door.targetGroupArn },
      ...(transforms && { transforms }),
    })),
  };
}

/** A page that has no room for its edition does without: it closes all the same. */
function bodyOf({ target, operationId, edition = operationId }: ClosingInput): string {
  const body = renderPage(target.page, edition);
  return body.length <= PAGE_LIMIT ? body : renderPage(target.page, operationId);
}

/** What a plan says for the time that a window has not come to yet. */
const EXPIRY_TO_COME = "when the deadlines of the window are over";

/** What the probes ask where nothing else is said: the ready path at the users' host. */
export const ordinaryRequest = (target: Target) => usersRequest(target, presetOf(target).probes.ready.path);
