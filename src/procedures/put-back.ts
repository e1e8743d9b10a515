import { OperationError } from "../operations/operation-error.ts";
import type { Before } from "./before.ts";
import { takePageDown } from "./open-traffic.ts";
import type { PhaseRun } from "./operation-run.ts";
import { lookForServing } from "./serving.ts";
import { undoEach } from "./undo.ts";

/**
 * Puts everything back as the journal says it was, on data that no new version has touched. The site opens as soon as the old nodes serve;
 * settings follow. Works from any point before that of no return, and says what it could not put back.
 */
export const putBack =
  (before: Before) =>
  async (op: PhaseRun): Promise<{ what: string; fix: string }[]> => {
    const journal = await op.step("read-journal", () => op.store.journalEntries(op.id));
    const has = (kind: string) => journal.some(({ undo }) => undo.kind === kind);

    // The leader never ran, but its task or its address may stand.
    await undoEach(op, journal, ["deregister-target", "stop-leader"]);
    const notStarted = await undoEach(op, journal, ["restore-service"]);
    if (notStarted[0]) throw notStarted[0].error;
    if (has("restore-service")) {
      const wanted = before.services.map(({ name, desiredCount, taskDefinitionArn }) => ({
        service: name,
        taskDefinitionArn,
        desiredCount,
      }));
      await op.poll("the old nodes serve", () => lookForServing(op, before, wanted), {
        timeoutMs: op.target.timeouts.putBack,
      });
    }
    if (has("delete-rules")) {
      await takePageDown(op, before);
      const stillThere = await undoEach(op, journal, ["delete-rules"]);
      if (stillThere[0])
        throw new OperationError(`rules could not be deleted: ${stillThere[0].error.message}`, { code: "rules-left" });
    }
    const leftovers = await undoEach(op, journal, [
      "restore-deregistration-delay",
      "restore-service-settings",
      "resume-scaling",
      "deregister-task-definition",
      "delete-snapshot",
    ]);
    const nodes = await op.step("nodes", () =>
      lookForServing(
        op,
        before,
        before.services.map(({ name, desiredCount, taskDefinitionArn }) => ({
          service: name,
          taskDefinitionArn,
          desiredCount,
        })),
      ),
    );
    if (nodes.done) await op.record("nodes-after", [{ type: "nodes", when: "after", nodes: nodes.result }]);
    return leftovers.map(({ entry, error }) => ({
      what: `${entry.mutation.summary}: not undone, ${error.message}`,
      fix: entry.mutation.inverse,
    }));
  };
