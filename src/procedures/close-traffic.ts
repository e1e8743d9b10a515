import type { NewRule } from "../aws/load-balancer.ts";
import { presetOf } from "../targets/presets/preset.ts";
import type { Target } from "../targets/schema.ts";
import type { Before } from "./before.ts";
import { type Closure, closures } from "./closing-rules.ts";
import { askThrough, entrances } from "./front-door.ts";
import type { PhaseRun } from "./operation-run.ts";
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
  for (const rule of pageRules({ target: op.target, before, operationId: op.id, bypassSecret, attempt }))
    await op.mutate(rule, (parameters) => op.aws.loadBalancers.createRule(parameters));

  const { consecutive } = presetOf(op.target).probes;
  let inRow = 0;
  await op.poll(
    "every address answers with the page",
    async () => {
      const doors = await entrances(op, before);
      const answers = await Promise.all(doors.map((entrance) => askThrough(op, op.target, entrance)));
      const open = answers.filter(({ status, body }) => status !== 503 || !body.includes(op.id));
      inRow = open.length === 0 && doors.length > 0 ? inRow + 1 : 0;
      return inRow >= consecutive
        ? { done: true, result: null }
        : {
            done: false,
            seen: `${doors.length - open.length} of ${doors.length} entrances closed, ${inRow} times in a row`,
          };
    },
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

/** The bypass rule first: whoever may pass must never meet the page. */
export function pageRules({
  target,
  before,
  operationId,
  bypassSecret,
  attempt = "close",
}: PageInput): Planned<NewRule>[] {
  const { closures: found } = closures({
    operationId,
    target,
    bypassSecret,
    listeners: before.listeners,
    targetGroupArns: before.targetGroups.map(({ arn }) => arn),
    leaderGroupArns: before.services[0]!.loadBalancers.map(({ targetGroupArn }) => targetGroupArn),
  });
  return found.flatMap((closure) => [ruleOf(closure, "bypass", attempt), ruleOf(closure, "closing", attempt)]);
}

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
