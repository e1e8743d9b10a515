import { isQuiet } from "../aws/ecs-shapes.ts";
import { OPERATION_TAG, OUTCOME_TAG, ROLE_TAG, TARGET_TAG } from "../aws/tags.ts";
import type { JournalEntry } from "../operations/journal.ts";
import type { Node } from "../operations/operation.ts";
import type { Before } from "./before.ts";
import { startedBy } from "./leader-task.ts";
import { isSuperseded, type PhaseRun } from "./operation-run.ts";
import type { Prepared } from "./prepare.ts";
import { backupName } from "./snapshot.ts";
import { asLeftover, undoEach } from "./undo.ts";

export type Leftover = { what: string; fix: string };

/** Puts every setting back. The site is open and stays so: what fails here is listed, and the rest goes on. */
export const putSettingsBack =
  (before: Before, { revisions }: Prepared, nodes: Node[]) =>
  async (op: PhaseRun): Promise<Leftover[]> => {
    const leftovers: Leftover[] = [];
    const attempt = async (what: string, fix: string, run: () => Promise<unknown>) => {
      try {
        await run();
        return true;
      } catch (error) {
        if (isSuperseded(error)) throw error;
        leftovers.push({ what: `${what}: ${(error as Error).message}`, fix });
        return false;
      }
    };
    const journal = await op.step("read-journal", () => op.store.journalEntries(op.id));
    const undo = async (...kinds: Parameters<typeof undoEach>[2]) => {
      leftovers.push(...(await undoEach(op, journal, kinds)).map(asLeftover));
    };

    await op.record("nodes-after", [{ type: "nodes", when: "after", nodes }]);
    await undo("delete-rules", "restore-priorities");
    await attempt("the leader's task has not ended", "Stop the task", () => leaderEnded(op, before));
    await undo("restore-deregistration-delay");
    // Restored too early the circuit breaker would roll back to the last completed deployment: the old version, on migrated data.
    const completed = await attempt("a deployment is not completed", "Watch the service's deployment in ECS", () =>
      deploymentsCompleted(op, before, revisions),
    );
    if (completed) await undo("restore-service-settings");
    else leftovers.push(...journal.filter(isSettings).map((entry) => asLeftover({ entry, error: TOO_EARLY })));
    await undo("resume-scaling", "delete-snapshot");
    await attempt("old snapshots were not pruned", "Delete snapshots that you no longer need", () =>
      pruneSnapshots(op, before),
    );
    return leftovers;
  };

const isSettings = ({ undo }: JournalEntry) => undo.kind === "restore-service-settings";
const TOO_EARLY = new Error("what could roll the deployment back stays off until it is completed");

const leaderEnded = (op: PhaseRun, before: Before) =>
  op.poll(
    "the leader has ended",
    async () => {
      const { family } = before.services[0]!;
      const tasks = await op.aws.ecs.tasksStartedBy(before.cluster, { startedBy: startedBy(op.id), family });
      const running = tasks.filter((task) => !isQuiet(task));
      return running.length === 0
        ? { done: true, result: null }
        : { done: false, seen: running.map(({ lastStatus }) => lastStatus).join(", ") };
    },
    { timeoutMs: op.target.timeouts.stop },
  );

const deploymentsCompleted = (op: PhaseRun, before: Before, revisions: Record<string, string>) =>
  op.poll(
    "every deployment is completed",
    async () => {
      const names = before.services.map(({ name }) => name);
      const services = await op.aws.ecs.services(before.cluster, names);
      const open = services.filter(
        ({ name, deployments }) =>
          deployments.length !== 1 ||
          deployments[0]!.rolloutState !== "COMPLETED" ||
          deployments[0]!.taskDefinitionArn !== revisions[name],
      );
      return open.length === 0 && services.length === names.length
        ? { done: true, result: null }
        : {
            done: false,
            seen: open
              .map(
                ({ name, deployments }) => `${name}: ${deployments.map(({ rolloutState }) => rolloutState).join(", ")}`,
              )
              .join("; "),
          };
    },
    { timeoutMs: op.target.timeouts.scaleOut },
  );

/**
 * Keeps the newest `keep` snapshots of succeeded operations. Those of an unfinished or failed one carry no outcome, and are never deleted;
 * neither are copies that people made under names of their own, which inherit our tags.
 */
async function pruneSnapshots(op: PhaseRun, before: Before): Promise<void> {
  const instance = before.databaseInstance;
  if (!instance) return;
  await op.undo("prune-snapshots", async () => {
    const ours = (await op.aws.rds.snapshotsOf(instance)).filter(
      ({ identifier, tags }) =>
        tags[TARGET_TAG] === op.target.name &&
        tags[ROLE_TAG] === "backup" &&
        identifier === backupName(tags[OPERATION_TAG] ?? ""),
    );
    const own = ours.find(({ tags }) => tags[OPERATION_TAG] === op.id);
    if (own) await op.aws.rds.tagSnapshot(own.arn, { [OUTCOME_TAG]: "succeeded" });
    const finished = ours.filter((snapshot) => snapshot === own || snapshot.tags[OUTCOME_TAG] === "succeeded");
    const newestFirst = finished.toSorted((a, b) => (b.requestedAt ?? "").localeCompare(a.requestedAt ?? ""));
    for (const { identifier } of newestFirst.slice(op.target.snapshot.keep))
      await op.aws.rds.deleteSnapshot(identifier);
  });
}
