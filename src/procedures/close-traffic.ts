import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { createRuleInput, type NewRule } from "../aws/load-balancer.ts";
import { roundedTime } from "../operations/forecast.ts";
import type { Target } from "../targets/schema.ts";
import type { Before } from "./before.ts";
import { refuseWhenChanged } from "./changed-meanwhile.ts";
import { BYPASS_HEADER, type Closure, closures } from "./closing-rules.ts";
import type { PhaseRun } from "./operation-run.ts";
import { withEta } from "./page.ts";
import { lookForPage } from "./page-proof.ts";
import { type Planned, planned, shortName } from "./planned.ts";
import type { Prepared } from "./prepare.ts";
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
    const target = withEta(op.target, eta);
    await op.record("closing", [{ type: "closing-started" }]);
    for (const rule of pageRules({ target, before, operationId: op.id, bypassSecret }))
      await op.mutate(rule, (parameters) => op.aws.loadBalancers.createRule(parameters));
    await pageShows(op, before);
    await op.record("closed", [{ type: "closed" }]);
    return { eta };
  };

/** The closing rules once more; the bypass rules stand until everything else is done. */
export async function closeAgain(op: PhaseRun, before: Before): Promise<void> {
  for (const closure of closuresOf({ target: op.target, before, operationId: op.id, bypassSecret: "" }))
    await op.mutate(ruleOf(closure, "closing", "close-again"), (parameters) =>
      op.aws.loadBalancers.createRule(parameters),
    );
  await pageShows(op, before);
  await op.record("closed-again", [{ type: "closed" }]);
}

const pageShows = (op: PhaseRun, before: Before) =>
  op.poll(
    "every address answers with the page",
    lookForPage(op, {
      target: op.target,
      closures: closuresOf({ target: op.target, before, operationId: op.id, bypassSecret: "" }),
      loadBalancers: before.loadBalancers,
      operationId: op.id,
    }),
    { timeoutMs: op.target.timeouts.close },
  );

type PageInput = { target: Target; before: Before; operationId: string; bypassSecret: string };

/** The bypass rule first: whoever may pass must never meet the page. */
export const pageRules = (input: PageInput): Planned<NewRule>[] =>
  closuresOf(input).flatMap((closure) => [ruleOf(closure, "bypass", "close"), ruleOf(closure, "closing", "close")]);

const closuresOf = ({ target, before, operationId, bypassSecret }: PageInput): Closure[] =>
  closures({
    operationId,
    target,
    bypassSecret,
    listeners: before.listeners,
    targetGroups: before.targetGroups,
    leaderGroupArns: before.services[0]!.loadBalancers.map(({ targetGroupArn }) => targetGroupArn),
  }).closures;

/** Whoever may read an operation must not learn how to get past its page. */
const withoutSecret = (condition: RuleCondition): RuleCondition =>
  condition.HttpHeaderConfig?.HttpHeaderName === BYPASS_HEADER
    ? { ...condition, HttpHeaderConfig: { HttpHeaderName: BYPASS_HEADER, Values: ["(secret)"] } }
    : condition;

function ruleOf(
  { door, ...rules }: Closure,
  role: "bypass" | "closing",
  attempt: "close" | "close-again",
): Planned<NewRule> {
  const rule = rules[role];
  const where = `${door.listener.protocol} ${door.listener.port} at priority ${rule.priority}`;
  return planned({
    name: `${attempt}/${role}/${shortName(door.listener.arn)}/${rule.priority}`,
    phase: attempt === "close" ? "close" : "open",
    call: "elbv2:CreateRule",
    resource: door.listener.arn,
    summary:
      role === "closing"
        ? `Answer the public on ${where} with the 503 page`
        : `Let requests with the bypass header through on ${where}`,
    inverse: "Delete the rule",
    undo: { kind: "delete-rules", listenerArn: door.listener.arn, role },
    parameters: rule,
    request: {
      ...createRuleInput(rule),
      ...(role === "bypass" && { Conditions: rule.conditions.map(withoutSecret) }),
    },
  });
}
