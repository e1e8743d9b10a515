import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { createRuleInput, type NewRule } from "../aws/load-balancer.ts";
import { roundedTime } from "../operations/forecast.ts";
import type { Mutation } from "../operations/operation.ts";
import { withEta } from "../targets/page.ts";
import type { Target } from "../targets/schema.ts";
import type { Before } from "./before.ts";
import { refuseWhenChanged } from "./changed-meanwhile.ts";
import { type Closure, type Closures, closures } from "./closing-rules.ts";
import { BYPASS_HEADER } from "./conditions.ts";
import type { Door } from "./doors.ts";
import { holdStill } from "./hold-still.ts";
import { withWhatIsInItsWay } from "./in-the-pages-way.ts";
import type { PhaseRun } from "./operation-run.ts";
import { marksOf, pageEdition } from "./page-edition.ts";
import { lookForPage } from "./page-proof.ts";
import { type Planned, planned, shortName } from "./planned.ts";
import type { Prepared } from "./prepare.ts";
import { makeRoom } from "./rule-priorities.ts";
import { opensInTime } from "./time-limits.ts";

/** When visitors were told that the site will be back, such as `02:35 UTC`. */
export type Closed = { eta: string };

/** Puts the page up, and believes it only when every address of the load balancer has answered with it several times in a row. */
export const closeTraffic =
  (before: Before, { bypassSecret }: Prepared) =>
  async (op: PhaseRun): Promise<Closed> => {
    const eta = await op.step("look-again", async () => {
      await refuseWhenChanged(op, before);
      const opensAt = opensInTime(op, before.forecast, "close");
      return roundedTime(opensAt);
    });
    await holdStill(op, before);
    const target = withEta(op.target, eta);
    await op.record("closing", [{ type: "closing-started" }]);
    const expiresAt = await op.step("expires", async () => windowEnd(target, op.clock.now()));
    const shown = await putPageUp(op, pageRules({ target, before, operationId: op.id, bypassSecret, expiresAt }));
    await pageShows(op, before, shown);
    await op.record("closed", [{ type: "closed" }]);
    return { eta };
  };

/** The bypass rules before the page: whoever may pass must never meet it. */
async function putPageUp(
  op: PhaseRun,
  { room, bypasses, closing, closures, edition }: ReturnType<typeof pageRules>,
): Promise<Shown> {
  await op.mutateTogether(room, (priorities) => op.aws.loadBalancers.setPriorities(priorities));
  await op.mutateTogether(bypasses, (parameters) => op.aws.loadBalancers.createRule(parameters));
  const arns = await op.mutateTogether(closing, (parameters) => op.aws.loadBalancers.createRule(parameters));
  return { closures, edition, arns };
}

/** The closing rules once more; the bypass rules stand until everything else is done. */
export async function closeAgain(op: PhaseRun, before: Before): Promise<void> {
  const expiresAt = await op.step("expires-again", async () => windowEnd(op.target, op.clock.now()));
  const edition = await pageEdition(op);
  const { closures } = closuresOf({ target: op.target, before, operationId: op.id, edition, expiresAt });
  const arns = await op.mutateTogether(
    closures.map(({ door, closing }) => ruleAt(door, closing, "close-again")),
    (parameters) => op.aws.loadBalancers.createRule(parameters),
  );
  await pageShows(op, before, { closures, edition, arns });
  await op.record("closed-again", [{ type: "closed" }]);
}

/** What visitors are told where nobody has told them: renaming and restoring a database. A guess. */
const GOING_BACK_TAKES_MS = 45 * 60_000;

/** Makes whatever is missing of the page, and believes that it is up only when every address has shown it. Nothing is compared with before: much has changed. */
export const keepClosed =
  (before: Before, { bypassSecret, closed }: { bypassSecret: string; closed?: Closed }) =>
  async (op: PhaseRun): Promise<Closed> => {
    await op.record("closing", [{ type: "closing-started" }]);
    const eta = closed?.eta ?? (await op.step("eta", async () => roundedTime(op.clock.now() + GOING_BACK_TAKES_MS)));
    const target = withEta(op.target, eta);
    const expiresAt = await op.step("expires", async () => windowEnd(op.target, op.clock.now()));
    const edition = await pageEdition(op);
    const page = pageRules({ target, before, operationId: op.id, edition, bypassSecret, expiresAt });
    await pageShows(op, before, await putPageUp(op, page));
    await op.record("closed", [{ type: "closed" }]);
    return { eta };
  };

type Shown = { closures: Closure[]; edition: string; arns: string[] };
/** The data has writes of visitors by then: nothing is won by giving an address up that is late. */
const AGAIN_TIMES = 5;

async function pageShows(op: PhaseRun, before: Before, shown: Shown): Promise<void> {
  const { target } = op;
  const { closures, edition } = shown;
  const marks = await marksOf(op, shown);
  try {
    await op.poll(
      "every address answers with the page",
      lookForPage(op, { target, closures, loadBalancers: before.loadBalancers, marks }),
      { timeoutMs: target.timeouts.close * (edition === op.id ? 1 : AGAIN_TIMES) },
    );
  } catch (error) {
    throw await withWhatIsInItsWay(op, { before, closures }, error);
  }
}

/** When the last of the window's own deadlines is over, should it begin now: in ISO 8601. */
export const windowEnd = ({ timeouts }: Target, nowMs: number): string =>
  new Date(nowMs + Object.values(timeouts).reduce((sum, ms) => sum + ms, 0)).toISOString();

export type PageInput = {
  target: Target;
  before: Before;
  operationId: string;
  /** Not needed where no bypass rule is made. */
  bypassSecret?: string;
  /** What the page is known by, where it is not the first. */
  edition?: string;
  /** Unknown to a plan. */
  expiresAt?: string;
};

/** What closes the site, in order. */
export function pageRules(input: PageInput) {
  const { closures: closed, shifts } = closuresOf(input);
  return {
    closures: closed,
    edition: input.edition ?? input.operationId,
    room: shifts.map(makeRoom),
    bypasses: closed.flatMap(({ door, bypasses }) => bypasses.map((rule) => ruleAt(door, rule, "close"))),
    closing: closed.map(({ door, closing }) => ruleAt(door, closing, "close")),
  };
}

export function closing(input: PageInput): { mutation: Mutation }[] {
  const { room, bypasses, closing: page } = pageRules(input);
  return [...room, ...bypasses, ...page];
}

export const closuresOf = ({
  target,
  before,
  operationId,
  edition,
  bypassSecret = "",
  expiresAt,
}: PageInput): Closures =>
  closures({
    operationId,
    edition,
    target,
    bypassSecret,
    expiresAt,
    listeners: before.listeners,
    targetGroups: before.targetGroups,
    leaderGroupArns: before.services[0]!.loadBalancers.map(({ targetGroupArn }) => targetGroupArn),
  });

/** Sent by everybody, so that a condition on it hides nothing. */
const OPEN_HEADERS = /^(user-agent|accept(-.*)?|referer|origin|content-type|x-forwarded-.*)$/i;

/** Whoever may read an operation must not learn how to get past its page, nor what makes the load balancer trust a distribution in front of it. */
const withoutSecret = (condition: RuleCondition): RuleCondition =>
  condition.HttpHeaderConfig && !OPEN_HEADERS.test(condition.HttpHeaderConfig.HttpHeaderName ?? "")
    ? { ...condition, HttpHeaderConfig: { ...condition.HttpHeaderConfig, Values: ["(secret)"] } }
    : condition;

function whoPasses({ conditions }: NewRule): string {
  const byHeader = conditions.some(({ HttpHeaderConfig }) => HttpHeaderConfig?.HttpHeaderName === BYPASS_HEADER);
  if (byHeader) return "with the bypass header";
  return `from ${conditions.flatMap(({ SourceIpConfig }) => SourceIpConfig?.Values ?? []).join(" and ")}`;
}

/** One of our rules, as a mutation. `attempt` keeps the journal's entries of several apart. */
export function ruleAt(
  { listener }: Door,
  rule: NewRule,
  attempt: "close" | "close-again" | "watch",
): Planned<NewRule> {
  const isClosing = rule.action.type === "fixed-response";
  const role = isClosing ? "closing" : "bypass";
  const where = `${listener.protocol} ${listener.port} at priority ${rule.priority}`;
  return planned({
    name: `${attempt}/${role}/${shortName(listener.arn)}/${rule.priority}`,
    phase: attempt === "close-again" ? "open" : "close",
    call: "elbv2:CreateRule",
    resource: listener.arn,
    summary: isClosing
      ? `Answer the public on ${where} with the 503 page`
      : `Let requests ${whoPasses(rule)} through on ${where}`,
    inverse: "Delete the rule",
    undo: { kind: "delete-rules", listenerArn: listener.arn, role },
    parameters: rule,
    request: {
      ...createRuleInput(rule),
      Conditions: rule.conditions.map(withoutSecret),
    },
  });
}
