import { inBatches } from "../aws/in-batches.ts";
import { ROLE_TAG } from "../aws/tags.ts";
import { presetOf } from "../targets/presets/preset.ts";
import type { Before } from "./before.ts";
import { closeAgain } from "./close-traffic.ts";
import { failureAfter } from "./failure.ts";
import { entrances, nameOfEntrance, notReady } from "./front-door.ts";
import { answerOf, inARow } from "./in-a-row.ts";
import { isSuperseded, type PhaseRun } from "./operation-run.ts";
import { valuesOf } from "./settled.ts";

/** Takes the page down, and believes it only when the application itself has answered the public at every address several times in a row. */
export const openTraffic =
  (before: Before) =>
  async (op: PhaseRun): Promise<void> => {
    try {
      await takePageDown(op, before);
      await answersThePublic(op, before);
    } catch (error) {
      if (isSuperseded(error)) throw error;
      // The data has new writes from here on, so nothing is undone: the page goes up again and a person decides.
      await closeAgain(op, before).catch((second) => {
        throw isSuperseded(second) ? second : failureAfter(error, { doing: "closing again", second });
      });
      throw error;
    }
  };

export async function takePageDown(op: PhaseRun, before: Before): Promise<void> {
  await op.record("opening", [{ type: "opening-started" }]);
  await op.undo("delete-closing-rules", () => deleteClosingRules(op, before));
}

/** Where nothing ran before, nobody answers after. */
export const takePageDownUnseen =
  (before: Before) =>
  async (op: PhaseRun): Promise<void> => {
    await takePageDown(op, before);
    await op.record("opened", [{ type: "opened" }]);
  };

/** Waits until the application itself has answered the public at every address, several times in a row, and looks on for `forMs` before it believes that. */
export async function lookThroughTheFront(op: PhaseRun, before: Before, forMs = 0): Promise<void> {
  const missing = inARow(presetOf(op.target).probes.consecutive);
  const until = forMs > 0 ? await op.step("looks-until", async () => op.clock.now() + forMs) : 0;
  await op.poll(
    "the application answers the public",
    async () => {
      const found = await entrances(op, { ...before, doors: before.frontDoors });
      const answers = found.map((entrance) =>
        answerOf(nameOfEntrance(entrance), () => notReady({ world: op, target: op.target, entrance })),
      );
      const seen = missing(await Promise.all(answers));
      if (seen !== undefined) return { done: false, seen };
      if (op.clock.now() < until) return { done: false, seen: "the application, so far" };
      return { done: true, result: null };
    },
    { timeoutMs: op.target.timeouts.open + forMs },
  );
}

export async function answersThePublic(op: PhaseRun, before: Before, forMs = 0): Promise<void> {
  await lookThroughTheFront(op, before, forMs);
  await op.record("opened", [{ type: "opened" }]);
}

/** The bypass rules stay until everything else is done: without the closing rules they let through what passes anyway. */
async function deleteClosingRules(op: PhaseRun, before: Before): Promise<void> {
  const found = await inBatches(before.listeners, ({ arn }) => op.aws.loadBalancers.rulesOfOperation(arn, op.id));
  const pages = found.flat().filter(({ tags }) => tags[ROLE_TAG] === "closing");
  const outcomes = await inBatches(pages, async ({ arn }) => {
    const [gone] = await Promise.allSettled([op.aws.loadBalancers.deleteRule(arn)]);
    return gone;
  });
  valuesOf(outcomes);
}
