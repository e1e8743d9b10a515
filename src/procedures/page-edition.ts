import type { Closure } from "./closing-rules.ts";
import type { PhaseRun } from "./operation-run.ts";

/**
 * What the page says by which it is known: the operation's id, and where the site has been opening before how many pages there were. An address that learns of rules
 * late still shows the page before, then lets visitors through, and only then shows the one that went up last.
 */
export const pageEdition = (op: PhaseRun): Promise<string> =>
  op.step("edition", async () => {
    const opened = (await op.store.get(op.id))?.sites.filter(({ site }) => site === "opening").length ?? 0;
    return opened === 0 ? op.id : `${op.id}.${opened + 1}`;
  });

/** What each closing rule is known by. One that was never taken away stands as it was, and shows the page before for good. */
export async function marksOf(
  op: PhaseRun,
  { edition, closures, arns }: { edition: string; closures: Closure[]; arns: string[] },
): Promise<string[]> {
  if (edition === op.id) return closures.map(() => op.id);
  return op.step("standing-pages", async () => {
    const listeners = new Set(closures.map(({ closing }) => closing.listenerArn));
    const rules = await Promise.all([...listeners].map((arn) => op.aws.loadBalancers.rulesOfOperation(arn, op.id)));
    return closures.map(({ closing: { action } }, index) => {
      const rule = rules.flat().find(({ arn }) => arn === arns[index]);
      const made = action.type === "fixed-response" ? action.body : "";
      const body = rule ? rule.actions?.[0]?.FixedResponseConfig?.MessageBody : made;
      return body?.includes(edition) ? edition : op.id;
    });
  });
}
