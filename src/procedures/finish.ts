import { isQuiet } from "../aws/ecs-shapes.ts";
import { OPERATION_TAG, OUTCOME_TAG } from "../aws/tags.ts";
import type { JournalEntry } from "../operations/journal.ts";
import type { Node } from "../operations/operation.ts";
import { atMostEvery } from "./at-most-every.ts";
import type { Before } from "./before.ts";
import { answersInFront } from "./in-front.ts";
import { startedBy } from "./leader-task.ts";
import type { Leftover } from "./leftovers.ts";
import { isSuperseded, type PhaseRun } from "./operation-run.ts";
import type { Prepared } from "./prepare.ts";
import { allNodes, opensEarly } from "./quorum.ts";
import { restoreSettings } from "./restore-settings.ts";
import { revisionsOf } from "./revisions.ts";
import { servingLook } from "./serving.ts";
import { isBackupOf } from "./snapshot.ts";
import { withCounts } from "./stop-nodes.ts";
import { undoEach } from "./undo.ts";
import { recordMissed } from "./writers/missed.ts";

/** Puts every setting back. The site is open and stays so: what fails here is listed, and the rest goes on. */
export const putSettingsBack =
  (before: Before, { revisions, leaderRevision }: Revisions, { nodes, counts }: Served) =>
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
      leftovers.push(...(await undoEach(op, journal, kinds)).map(({ leftover }) => leftover));
    };

    const others = counts !== undefined && opensEarly(op.target) ? withCounts(before, counts) : undefined;
    const tell = (after: Node[]) => op.record("nodes-after", [{ type: "nodes", when: "after", nodes: after }]);
    if (!others) await tell(nodes);
    await undo("delete-rules", "restore-priorities");
    await undo("enable-rule", "enable-schedule");
    if (others) {
      let all = nodes;
      await attempt("not every node serves", "ECS's events for the service say why nodes do not start", async () => {
        all = await theOthersServe(op, others, revisions);
      });
      await tell(all);
    }
    await attempt("the leader's task has not ended", "Stop the task", () => leaderEnded(op, before));
    await undo("restore-deregistration-delay", "restore-health-check");
    leftovers.push(...(await restoreSettings(op, { before, revisions, journal })));
    if (hasRevisionOfItsOwn({ revisions, leaderRevision }))
      await attempt("the leader's own revision is still there", `Deregister ${leaderRevision}`, () =>
        op.undo("deregister-leader-revision", () => op.aws.ecs.deregisterTaskDefinition(leaderRevision)),
      );
    await undo("resume-scaling", "delete-snapshot");
    if (before.generation === undefined)
      await attempt("old snapshots were not pruned", "Delete snapshots that you no longer need", () =>
        pruneSnapshots(op, before),
      );
    else
      for (const [family, since] of registeredFamilies(journal))
        await attempt(
          `revisions of ${family} for the version that is gone again are still there`,
          `Deregister the revisions of ${family} that are tagged with ${op.id}`,
          () => deregisterOthers(op, { family, since, inUse: Object.values(revisions) }),
        );
    await recordMissed(op, before);
    return [...leftovers, ...(await answersInFront(op, before))];
  };

/** The nodes that served when the site opened. `counts`: how many each service is to have, where some may have been on their way. */
type Served = { nodes: Node[]; counts?: Record<string, number> };

/** Those that the site was opened without. */
const theOthersServe = (op: PhaseRun, before: Before, revisions: Record<string, string>): Promise<Node[]> =>
  op.poll("every node serves", servingLook(op, before, allNodes(before, revisions)), {
    timeoutMs: op.target.timeouts.scaleOut,
  });

type Revisions = Pick<Prepared, "revisions" | "leaderRevision">;
const hasRevisionOfItsOwn = ({ revisions, leaderRevision }: Revisions): boolean =>
  !Object.values(revisions).includes(leaderRevision);

/** The site is open: others who wait with a closed one ask before. */
const UNHURRIED_MS = 5_000;

const leaderEnded = (op: PhaseRun, before: Before) =>
  op.poll(
    "the leader has ended",
    atMostEvery(op.clock, UNHURRIED_MS, async () => {
      const { family } = before.services[0]!;
      const tasks = await op.aws.ecs.tasksStartedBy(before.cluster, { startedBy: startedBy(op.id, before), family });
      const running = tasks.filter((task) => !isQuiet(task));
      return running.length === 0
        ? { done: true, result: null }
        : { done: false, seen: running.map(({ lastStatus }) => lastStatus).join(", ") };
    }),
    { timeoutMs: op.target.timeouts.stop },
  );

/** The families in which the operation registered revisions, each with when it first did. */
function registeredFamilies(journal: JournalEntry[]): Map<string, string> {
  const first = new Map<string, string>();
  for (const { undo, at } of journal)
    if (undo.kind === "deregister-task-definition" && !first.has(undo.family)) first.set(undo.family, at);
  return first;
}

/** Revisions of its own that nothing runs in the end: those with the restored database's address stay. */
const deregisterOthers = (
  op: PhaseRun,
  { family, since, inUse }: { family: string; since: string; inUse: string[] },
): Promise<void> =>
  op.undo(`deregister-revisions/${family}`, async () => {
    for (const { arn } of await revisionsOf(op.aws, { family, operationId: op.id, since }))
      if (!inUse.includes(arn)) await op.aws.ecs.deregisterTaskDefinition(arn);
  });

/**
 * Keeps the newest `keep` snapshots of succeeded operations. Those of an unfinished or failed one carry no outcome, and are never deleted;
 * neither are copies that people made under names of their own, which inherit our tags.
 */
async function pruneSnapshots(op: PhaseRun, before: Before): Promise<void> {
  const { database } = before;
  if (!database) return;
  await op.undo("prune-snapshots", async () => {
    const ours = (await op.aws.rds.snapshotsOf(database)).filter((snapshot) => isBackupOf(op.target, snapshot));
    const own = ours.find(({ tags }) => tags[OPERATION_TAG] === op.id);
    if (own) await op.aws.rds.tagSnapshot(own.arn, { [OUTCOME_TAG]: "succeeded" });
    const finished = ours.filter((snapshot) => snapshot === own || snapshot.tags[OUTCOME_TAG] === "succeeded");
    const newestFirst = finished.toSorted((a, b) => (b.requestedAt ?? "").localeCompare(a.requestedAt ?? ""));
    for (const snapshot of newestFirst.slice(op.target.snapshot.keep)) await op.aws.rds.deleteSnapshot(snapshot);
  });
}
