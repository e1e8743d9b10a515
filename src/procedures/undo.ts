import type { Aws } from "../aws/aws.ts";
import { ROLE_TAG } from "../aws/tags.ts";
import type { JournalEntry, Undo } from "../operations/journal.ts";
import { ownSettings } from "./leader-settings.ts";
import { asLeftover, type Leftover } from "./leftovers.ts";
import { isSuperseded, type PhaseRun } from "./operation-run.ts";
import { isOfRestore } from "./restoring/repoint.ts";
import { deleteRestored, renameBack, unfence } from "./restoring/undo-restore.ts";
import { revisionsOf } from "./revisions.ts";
import { restorePriorities } from "./rule-priorities.ts";
import { scaleService } from "./scale-service.ts";
import { resumeScaling } from "./scaling.ts";
import { restoredSettings } from "./window-settings.ts";
import { enableRule, enableSchedule } from "./writers/enable-writers.ts";

type Kind = Undo["kind"];
/** What is not as it was: undoing it failed, or could not do all of it. */
export type NotUndone = { leftover: Leftover; error?: Error };

/** Undoes every entry of these kinds that is not undone yet, the last one first. Goes on past failures and answers what is left. */
export async function undoEach(op: PhaseRun, journal: JournalEntry[], kinds: Kind[]): Promise<NotUndone[]> {
  const left: NotUndone[] = [];
  for (const entry of journal.filter(({ undo, undone }) => !undone && kinds.includes(undo.kind)).toReversed()) {
    try {
      const leftover = await op.undo(`undo/${entry.name}`, async () => {
        await op.say(`undoes "${entry.mutation.summary}": ${entry.mutation.inverse}`);
        const leftover = await applyUndo(op, entry);
        await op.store.markUndone(op.id, entry.name, new Date(op.clock.now()).toISOString());
        return leftover ?? null;
      });
      if (leftover) left.push({ leftover });
    } catch (error) {
      if (isSuperseded(error)) throw error;
      left.push({ leftover: asLeftover(entry, error as Error), error: error as Error });
    }
  }
  return left;
}

/** Idempotent, and harmless where the mutation never happened. Answers what it had to leave. */
async function applyUndo(
  { aws, store, id: operationId, clock }: PhaseRun,
  { undo, at }: JournalEntry,
): Promise<Leftover | undefined> {
  switch (undo.kind) {
    case "deregister-task-definition":
      for (const { arn, tags } of await revisionsOf(aws, { family: undo.family, operationId, since: at }))
        if (isOfRestore(tags[ROLE_TAG]) ? tags[ROLE_TAG] === undo.role : undo.role === undefined)
          await aws.ecs.deregisterTaskDefinition(arn);
      return undefined;
    case "delete-rules":
      for (const { arn, tags } of await aws.loadBalancers.rulesOfOperation(undo.listenerArn, operationId))
        if (tags[ROLE_TAG] === undo.role) await aws.loadBalancers.deleteRule(arn);
      return undefined;
    case "restore-priorities":
      await restorePriorities(aws, undo);
      return undefined;
    case "resume-scaling":
      return resumeScaling(aws, undo);
    case "enable-rule":
      await enableRule(aws, undo);
      return undefined;
    case "enable-schedule":
      await enableSchedule(aws, undo, { nowMs: clock.now() });
      return undefined;
    case "restore-service-settings":
      await aws.ecs.updateService({
        cluster: undo.cluster,
        service: undo.service,
        ...restoredSettings(undo.settings),
        ...(undo.leader && ownSettings({ settings: undo.settings, ...undo.leader })),
      });
      return undefined;
    case "restore-service":
      await restoreService(aws, undo);
      return undefined;
    case "restore-deregistration-delay":
      await aws.loadBalancers.setDeregistrationDelay(undo.targetGroupArn, undo.seconds);
      return undefined;
    case "restore-health-check":
      await aws.loadBalancers.setHealthCheck(undo.targetGroupArn, undo.times);
      return undefined;
    case "delete-snapshot":
      await aws.rds.deleteSnapshot({ kind: undo.of, identifier: undo.identifier });
      return undefined;
    case "deregister-target":
      await aws.loadBalancers.deregisterTarget(undo.targetGroupArn, undo);
      return undefined;
    case "stop-leader":
      // One that has ended already needs no call that may be throttled while the site is closed.
      for (const { arn, desiredStatus } of await aws.ecs.tasksStartedBy(undo.cluster, undo))
        if (desiredStatus !== "STOPPED") await aws.ecs.stopTask(undo.cluster, arn, `intermission: ${operationId}`);
      return undefined;
    case "unfence":
      await unfence(aws, undo);
      return undefined;
    case "rename-back":
      await renameBack(aws, undo);
      return undefined;
    case "delete-restored":
      await deleteRestored({ aws, store }, undo, operationId);
      return undefined;
    case "keep":
      return undefined;
  }
}

/** The revision too where a leader was to run in the service. Only then: a revision that is named may start a deployment. */
async function restoreService(
  aws: Aws,
  { cluster, service, desiredCount, taskDefinitionArn }: Extract<Undo, { kind: "restore-service" }>,
): Promise<void> {
  const [now] = await aws.ecs.services(cluster, [service]);
  const taskDefinition = now && now.taskDefinitionArn !== taskDefinitionArn ? taskDefinitionArn : undefined;
  await scaleService(aws, { cluster, service, desiredCount, taskDefinition });
}
