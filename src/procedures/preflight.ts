import { asksAt } from "../operations/asks-at.ts";
import { OperationError } from "../operations/operation-error.ts";
import { nobodyDecided } from "./ask-people.ts";
import { type Before, beforeOf } from "./before.ts";
import { runChecks } from "./checks.ts";
import { discover } from "./discovery.ts";
import type { PhaseRun } from "./operation-run.ts";
import { reach } from "./reachability.ts";

/**
 * Looks at everything and touches nothing. Every check runs, so that a refusal names all that is wrong at once. An operation that must not
 * begin yet looks now, so that whoever asked for it is still there to mend what is wrong, and again when its time has come. It looks when it is its turn: a
 * look asks AWS for more than a minute of a window does, which must not get longer by others who begin.
 */
export async function passEveryCheck(op: PhaseRun): Promise<Before> {
  await op.takeTurn("turn");
  const before = await look(op, "look", "checks");
  if (!(await beginsLater(op))) return before;
  await op.step("let-others", () => op.store.leaveLine(op.id));
  const { notBefore } = op.request;
  if (notBefore !== undefined) await op.waitUntil("not-before", { at: notBefore, for: "start" });
  await askBeforeWindow(op);
  await op.takeTurn("turn-again", { notBefore });
  return look(op, "look-again", "checks-again");
}

async function beginsLater(op: PhaseRun): Promise<boolean> {
  const { notBefore } = op.request;
  if (asksAt("before-window", op)) return true;
  return notBefore !== undefined && op.step("begins-later", async () => Date.parse(notBefore) > op.clock.now());
}

/** While the site is open nothing is held: whoever does not decide in time lets the operation go. */
async function askBeforeWindow(op: PhaseRun): Promise<void> {
  if (!asksAt("before-window", op)) return;
  const { within } = op.target.approval;
  const at = await op.step("ask", async () => new Date(op.clock.now() + within).toISOString());
  const answer = await op.waitUntil("approval", { at, for: "before-window", otherwise: "nothing is done" });
  if (answer === "time-is-up") throw nobodyDecided({ question: "before-window", withinMs: within, atTheEnd: "fail" });
}

async function look(op: PhaseRun, name: string, record: string): Promise<Before> {
  const { checks, forecast, before } = await op.step(name, async () => {
    const discovery = await discover(op);
    const reachability = await reach(op, { target: op.target, discovery, operationId: op.id });
    const checks = runChecks({ ...op, discovery, reachability, operationId: op.id });
    const passed = checks.every(({ outcome }) => outcome !== "failed");
    return {
      checks,
      forecast: discovery.forecast,
      before: passed ? beforeOf(discovery, op.target, reachability) : undefined,
    };
  });
  await op.record(record, [
    ...checks.map((check) => ({ type: "check" as const, check })),
    ...(before
      ? [
          { type: "forecast" as const, forecast },
          { type: "nodes" as const, when: "before" as const, nodes: before.nodes },
        ]
      : []),
  ]);
  if (before) return before;

  const failed = checks.filter(({ outcome }) => outcome === "failed");
  throw new OperationError(
    failed.map(({ name, expected, found }) => `${name}: expected ${expected}; found ${found}`).join("\n"),
    {
      code: "preflight-failed",
      hint: failed.map(({ name, fix }) => `${name}: ${fix}`).join("\n"),
      details: { checks: failed.map(({ name }) => name) },
    },
  );
}
