import type { ListenerRule, NewRule } from "../aws/load-balancer.ts";
import { OperationError } from "../operations/operation-error.ts";
import { withEta } from "../targets/page.ts";
import type { Before } from "./before.ts";
import { type Closed, closuresOf, type PageInput, pageRules, ruleAt, windowEnd } from "./close-traffic.ts";
import { closures } from "./closing-rules.ts";
import { areSame, BYPASS_HEADER } from "./conditions.ts";
import { inOrder } from "./discovery.ts";
import { doorsTo, forwardedGroups, type ListenerRules, nameOfDoor } from "./doors.ts";
import { nowAndThen } from "./now-and-then.ts";
import type { PhaseRun, Watch } from "./operation-run.ts";
import { tellThatItWasGone } from "./page-was-gone.ts";
import type { Prepared } from "./prepare.ts";
import { valuesOf } from "./settled.ts";

/**
 * The page stays up. Where someone took a rule of ours away or changed it, or made a new way in, that is closed at once as far as there is room,
 * and the operation ends: whoever did that may do more. Rules that lead to other applications are their own affair.
 */
export const pageStands = (
  before: Before,
  { bypassSecret }: Pick<Prepared, "bypassSecret">,
  { eta }: Closed,
): Watch => {
  let first: { missing: number; changes: string[] } | undefined;
  return nowAndThen(async (op) => {
    const expiresAt = windowEnd(op.target, op.clock.now());
    const input = { target: withEta(op.target, eta), before, operationId: op.id, bypassSecret, expiresAt };
    const wanted = wantedRules(input);
    const now = await listenersNow(op, before);
    const broken = wanted.filter((rule) => !now.some(({ rules }) => rules.some((found) => isRule(found, rule, op.id))));
    const changes = changedDoors(input, now);
    // A look that could not close everything comes again, and must not take what it has closed for what it found.
    if (broken.length > 0 || changes.length > 0) first ??= { missing: broken.length, changes };
    if (!first) return;

    // Whoever only took a bypass rule away let nobody in.
    const wasOpen = changes.length > 0 || broken.some(({ action }) => action.type === "fixed-response");
    const [told, made] = await Promise.allSettled([
      wasOpen ? tellThatItWasGone(op) : undefined,
      makeAgain(op, input, { broken, now }),
    ]);
    const open = await closeWhatIsOpen(op, input);
    valuesOf([told, made]);
    throw new OperationError(
      [
        `expected ${wanted.length} rules of ours on the listeners, found ${wanted.length - first.missing}`,
        ...(first.changes.length
          ? [`and the rules that lead to the application as they were, found ${first.changes.join("; ")}`]
          : []),
        "someone else changed them inside the window",
        ...(open.length ? [`these let the public in and could not be closed: ${open.join("; ")}`] : []),
      ].join(": "),
      {
        code: "page-was-gone",
        hint: open.length
          ? "Close these by hand: visitors may write to data that is being migrated. Find out what changed the listener (infrastructure as code, another pipeline) and keep it away"
          : "What was missing was made again and takes effect at each address within seconds: look whether the page shows. Find out what changed the listener (infrastructure as code, another pipeline) and keep it away",
      },
    );
  });
};

function wantedRules(input: PageInput): NewRule[] {
  const { bypasses, closing } = pageRules(input);
  return [...bypasses, ...closing].map(({ parameters }) => parameters);
}

/** Listeners that somebody added meanwhile are among them. */
async function listenersNow({ aws }: PhaseRun, { loadBalancers }: Before): Promise<ListenerRules[]> {
  const found = (await Promise.all(loadBalancers.map(({ arn }) => aws.loadBalancers.listeners(arn)))).flat();
  return Promise.all(
    found.map(async (listener) => ({ ...listener, rules: inOrder(await aws.loadBalancers.rules(listener.arn)) })),
  );
}

/** Known by what it does: tags would take a call for each twenty rules at each look. */
const isRule = (found: ListenerRule, wanted: NewRule, operationId: string): boolean =>
  found.listenerArn === wanted.listenerArn &&
  found.priority === wanted.priority &&
  areSame(found.conditions, wanted.conditions) &&
  doesWhat(found, wanted, operationId) &&
  JSON.stringify(found.transforms ?? []) === JSON.stringify(wanted.transforms ?? []);

/** Any page of this operation closes: one that was put up again, when nobody knew a time, says another than the first. */
function doesWhat({ actions = [] }: ListenerRule, { action }: NewRule, operationId: string): boolean {
  const [only] = actions;
  if (actions.length !== 1 || only?.Type !== action.type) return false;
  if (action.type === "forward") return forwardedGroups({ actions } as ListenerRule).join() === action.targetGroupArn;
  const { StatusCode, MessageBody } = only.FixedResponseConfig ?? {};
  return StatusCode === action.statusCode && Boolean(MessageBody?.includes(operationId));
}

/** What is another way in than before: a rule that is new, gone, moved, or for other requests. */
function changedDoors(input: PageInput, now: ListenerRules[]): string[] {
  const { before } = input;
  const moved = closuresOf(input).shifts.flatMap((shift) => shift.moved);
  const known = before.doors.map(({ listener, rule }) => {
    const { to = rule.priority } = moved.find(({ ruleArn }) => ruleArn === rule.arn) ?? {};
    return { listener, rule: { ...rule, priority: to } };
  });
  const there = doorsTo(withoutOurs(input, now), groupsOf(before));
  const key = ({ rule }: { rule: ListenerRule }) =>
    JSON.stringify([rule.arn, rule.priority, rule.conditions, rule.actions]);
  const [keysBefore, keysNow] = [new Set(known.map(key)), new Set(there.map(key))];
  return [
    ...there.filter((door) => !keysBefore.has(key(door))).map((door) => `${nameOfDoor(door)} leads to it`),
    ...known.filter((door) => !keysNow.has(key(door))).map((door) => `${nameOfDoor(door)} is gone or was changed`),
  ];
}

const groupsOf = ({ targetGroups }: Before) => targetGroups.map(({ arn }) => arn);

/** By the secret, which nobody else has, wherever the rule is now; by networks only where it is none of those that were there before. */
function isBypass({ bypassSecret = "", before, ...input }: PageInput, rule: ListenerRule): boolean {
  const { arn, conditions } = rule;
  const hasSecret = conditions.some(
    ({ HttpHeaderConfig: header }) =>
      header?.HttpHeaderName?.toLowerCase() === BYPASS_HEADER && header.Values?.join() === bypassSecret,
  );
  if (hasSecret) return true;
  if (before.listeners.some(({ rules }) => rules.some((known) => known.arn === arn))) return false;
  return closuresOf({ ...input, before, bypassSecret }).closures.some(({ bypasses }) =>
    bypasses.some((bypass) => bypass.listenerArn === rule.listenerArn && areSame(bypass.conditions, conditions)),
  );
}
const isPage = ({ actions = [] }: ListenerRule, operationId: string) =>
  actions.some(({ FixedResponseConfig }) => FixedResponseConfig?.MessageBody?.includes(operationId));

const withoutOurs = (input: PageInput, listeners: ListenerRules[]) =>
  listeners.map((listener) => ({
    ...listener,
    rules: listener.rules.filter((rule) => !isBypass(input, rule) && !isPage(rule, input.operationId)),
  }));

/** Deletes rules of ours that somebody changed, and makes what is missing once more where the doors are as they were. */
async function makeAgain(op: PhaseRun, input: PageInput, { broken, now }: { broken: NewRule[]; now: ListenerRules[] }) {
  const changed = changedDoors(input, now).length > 0;
  for (const listenerArn of new Set(broken.map((rule) => rule.listenerArn))) {
    if (!now.some(({ arn }) => arn === listenerArn)) continue;
    const wanted = broken.filter((rule) => rule.listenerArn === listenerArn);
    const altered = (await op.aws.loadBalancers.rulesOfOperation(listenerArn, op.id)).filter(
      (found) => !wantedRules(input).some((rule) => isRule(found, rule, op.id)),
    );
    // One that somebody changed does not close any more, and may have become a way in itself.
    for (const { arn } of altered) await op.aws.loadBalancers.deleteRule(arn);
    if (changed) continue;
    const left = (await op.aws.loadBalancers.rules(listenerArn)).map(({ priority }) => priority);
    for (const rule of wanted) if (!left.includes(rule.priority)) await op.aws.loadBalancers.createRule(rule);
  }
}

/** Whatever still leads to the application with no page before it gets one, directly before it. Answers where there was no room. */
async function closeWhatIsOpen(op: PhaseRun, input: PageInput): Promise<string[]> {
  const { before } = input;
  const listeners = (await listenersNow(op, before)).map((listener) => ({
    ...listener,
    // They take numbers, and are no ways in of the public's.
    rules: listener.rules.map((rule) => (isBypass(input, rule) ? { ...rule, actions: [] } : rule)),
  }));
  const found = closures({
    ...input,
    listeners,
    bypassSecret: "",
    targetGroups: before.targetGroups,
    leaderGroupArns: [],
    inHurry: true,
  });
  for (const { door, closing } of found.closures)
    await op.mutateInLook(ruleAt(door, closing, "watch"), (parameters) => op.aws.loadBalancers.createRule(parameters));
  return found.obstacles.map(({ door, problem }) => `${nameOfDoor(door)} (${problem})`);
}
