import type { NewRule } from "../aws/load-balancer.ts";
import type { Target } from "../targets/schema.ts";
import type { Before } from "./before.ts";
import { type Closure, closures } from "./closing-rules.ts";
import type { PhaseRun } from "./operation-run.ts";
import { lookForPage } from "./page-proof.ts";
import { type Planned, planned, shortName } from "./planned.ts";
import type { Prepared } from "./prepare.ts";

/** Puts the page up, and believes it only when every address of the load balancer has answered with it several times in a row. */
export const closeTraffic =
  (before: Before, { bypassSecret }: Prepared) =>
  async (op: PhaseRun): Promise<void> => {
    await op.record("closing", [{ type: "closing-started" }]);
    await putPageUp(op, before, { bypassSecret, attempt: "close" });
    await op.record("closed", [{ type: "closed" }]);
  };

type Attempt = { bypassSecret: string; attempt: "close" | "close-again" };

export async function putPageUp(op: PhaseRun, before: Before, { bypassSecret, attempt }: Attempt): Promise<void> {
  const { target, id: operationId } = op;
  const found = closuresOf({ target, before, operationId, bypassSecret });
  for (const rule of found.flatMap((closure) => rulesOf(closure, attempt)))
    await op.mutate(rule, (parameters) => op.aws.loadBalancers.createRule(parameters));

  await op.poll(
    "every address answers with the page",
    lookForPage(op, { target, closures: found, loadBalancers: before.loadBalancers, operationId }),
    { timeoutMs: op.target.timeouts.close },
  );
}

type PageInput = {
  target: Target;
  before: Before;
  operationId: string;
  bypassSecret: string;
  attempt?: "close" | "close-again";
};

export const pageRules = ({ attempt = "close", ...input }: PageInput): Planned<NewRule>[] =>
  closuresOf(input).flatMap((closure) => rulesOf(closure, attempt));

const closuresOf = ({ target, before, operationId, bypassSecret }: PageInput): Closure[] =>
  closures({
    operationId,
    target,
    bypassSecret,
    listeners: before.listeners,
    targetGroups: before.targetGroups,
    leaderGroupArns: before.services[0]!.loadBalancers.map(({ targetGroupArn }) => targetGroupArn),
  }).closures;

/** The bypass rule first: whoever may pass must never meet the page. */
const rulesOf = (closure: Closure, attempt: string): Planned<NewRule>[] => [
  ruleOf(closure, "bypass", attempt),
  ruleOf(closure, "closing", attempt),
];

function ruleOf({ door, ...rules }: Closure, role: "bypass" | "closing", attempt: string): Planned<NewRule> {
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
  });
}
