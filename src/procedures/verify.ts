import { OperationError } from "../operations/operation-error.ts";
import { presetOf } from "../targets/presets/preset.ts";
import type { Before } from "./before.ts";
import { askVersion, entrances, nameOfEntrance, notReady } from "./front-door.ts";
import { answerOf, inARow } from "./in-a-row.ts";
import { type Leader, throwIfLeaderEnded, withLeadersLastWords } from "./leader.ts";
import type { PhaseRun } from "./operation-run.ts";
import type { Prepared } from "./prepare.ts";

/** Asks the leader through the real load balancer, past the page, at every address, several times in a row. */
export const verifyThroughBypass =
  (before: Before, { bypassSecret }: Prepared, leader: Leader) =>
  async (op: PhaseRun): Promise<string | undefined> => {
    const { consecutive } = presetOf(op.target).probes;
    const missing = inARow(consecutive);
    const { taskArn } = leader;
    const look = async () => {
      await throwIfLeaderEnded(op, before, leader);
      const found = await entrances(op, { ...before, doors: before.leaderDoors });
      const asks = found.map((entrance) => ({ world: op, target: op.target, entrance, bypassSecret }));
      const answers = asks.map((ask) => answerOf(nameOfEntrance(ask.entrance), () => notReady(ask)));
      const seen = missing(await Promise.all(answers));
      if (seen !== undefined) return { done: false as const, seen };
      return { done: true as const, result: [...new Set(await Promise.all(asks.map(askVersion)))] };
    };
    const version = await withLeadersLastWords(op, before, leader, () =>
      op.poll("the leader is verified", look, { timeoutMs: op.target.timeouts.migrate }),
    );
    const [reported] = version;
    if (before.expectedVersion !== undefined && (version.length !== 1 || reported !== before.expectedVersion)) {
      throw new OperationError(
        `the application reports version ${version.join(" and ")}, expected ${before.expectedVersion}`,
        {
          code: "wrong-version",
          hint: "Look at the application through the bypass: either the expectation or the migration is wrong",
        },
      );
    }
    await op.record("verified", [{ type: "verified", version: reported, taskArn }]);
    return reported;
  };
