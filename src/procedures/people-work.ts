import { isQuiet } from "../aws/ecs-shapes.ts";
import type { MaintenanceRequest } from "../operations/operation.ts";
import { milliseconds } from "../targets/duration.ts";
import { askPeople } from "./ask-people.ts";
import type { Before } from "./before.ts";
import { BYPASS_HEADER } from "./conditions.ts";
import { nowAndThen } from "./now-and-then.ts";
import type { PhaseRun } from "./operation-run.ts";

const OTHERWISE = {
  hold: "it is held, everything as it is then, with the alarm raised",
  rollback: "the snapshot is restored",
} as const;

/** Waits until the people who work on the one node are done, and says how they reach it and whether it runs. */
export const letPeopleWork =
  (before: Before, node: { taskArn: string }) =>
  async (op: PhaseRun): Promise<void> => {
    const { within, otherwise, traffic } = op.request as MaintenanceRequest;
    if (traffic === "closed")
      await op.say(
        `the one node is reached with the header ${BYPASS_HEADER}; GET /v1/operations/${op.id}/bypass says its value`,
      );
    await askPeople(op, {
      question: "maintenance",
      withinMs: milliseconds(within),
      otherwise: OTHERWISE[otherwise],
      atTheEnd: otherwise,
      look: tellWhenItEnds(before, node),
    });
  };

/** The application may end its own process to restart, and people may have done that on purpose: it is told, and theirs to judge. */
function tellWhenItEnds(before: Before, { taskArn }: { taskArn: string }) {
  return nowAndThen(async (op) => {
    const [task] = await op.aws.ecs.tasks(before.cluster, [taskArn]);
    if (!task || isQuiet(task))
      await op.say(
        "the one node has ended: nobody can work on it any more. Decide: proceed starts another one, verifies that and goes on; rollback restores the snapshot",
      );
  });
}
