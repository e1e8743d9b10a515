import type { ListenerRule } from "../aws/load-balancer.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { Before } from "./before.ts";
import type { Closure } from "./closing-rules.ts";
import { nameOfDoor, valuesOf } from "./doors.ts";
import { failureOf } from "./failure.ts";
import { isSuperseded, type PhaseRun } from "./operation-run.ts";

/**
 * Why the page was not seen, with the rules that somebody else has made since the operation began and that come before it: they answer in its place, to those who pass it
 * as well, and are not ours to take away. The failure as it was where there are none, or they cannot be read.
 */
export async function withWhatIsInItsWay(
  op: PhaseRun,
  { before, closures }: { before: Before; closures: Closure[] },
  error: unknown,
): Promise<unknown> {
  if (isSuperseded(error)) return error;
  const found = await op.step("in-the-pages-way", () => inTheWay(op, before, closures)).catch(() => []);
  if (found.length === 0) return error;
  const { message, code, details } = failureOf(error);
  return new OperationError(
    `${message}; somebody has made rules meanwhile that come before the page: ${found.join("; ")}`,
    {
      code,
      details,
      hint: "Delete or move these rules, or have whoever made them do it: nothing of the runbook's comes before them. Then decide",
    },
  );
}

async function inTheWay({ aws, id }: PhaseRun, before: Before, closures: Closure[]): Promise<string[]> {
  const known = new Set(before.listeners.flatMap(({ rules }) => rules.map(({ arn }) => arn)));
  const doors = [...Map.groupBy(closures, ({ door }) => door.listener).entries()];
  const found = await Promise.all(
    doors.map(async ([listener, its]) => {
      const last = Math.max(...its.map(({ closing }) => closing.priority));
      const ours = new Set((await aws.loadBalancers.rulesOfOperation(listener.arn, id)).map(({ arn }) => arn));
      const isStrange = ({ arn, priority = Number.POSITIVE_INFINITY }: ListenerRule) =>
        priority < last && !known.has(arn) && !ours.has(arn);
      const strange = (await aws.loadBalancers.rules(listener.arn)).filter(isStrange);
      return strange.map(
        (rule) => `${nameOfDoor({ listener, rule })} (${rule.conditions.flatMap(valuesOf).join(", ")})`,
      );
    }),
  );
  return found.flat();
}
