import type { Aws } from "../aws/aws.ts";
import { OPERATION_TAG, ROLE_TAG } from "../aws/tags.ts";
import type { JournalEntry, Undo } from "../operations/journal.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { Leftover } from "./finish.ts";
import { isSuperseded, type PhaseRun } from "./operation-run.ts";
import { restorePriorities } from "./rule-priorities.ts";
import { restoredSettings } from "./window-settings.ts";

type Kind = Undo["kind"];
export type NotUndone = { entry: JournalEntry; error: Error };

/** Undoes every entry of these kinds that is not undone yet, the last one first. Goes on past failures and answers them. */
export async function undoEach(op: PhaseRun, journal: JournalEntry[], kinds: Kind[]): Promise<NotUndone[]> {
  const failures: NotUndone[] = [];
  for (const entry of journal.filter(({ undo }) => kinds.includes(undo.kind)).toReversed()) {
    try {
      await op.undo(`undo/${entry.name}`, async () => {
        await op.say(`undoes "${entry.mutation.summary}": ${entry.mutation.inverse}`);
        await applyUndo(op.aws, op.id, entry.undo);
        await op.store.markUndone(op.id, entry.name, new Date(op.clock.now()).toISOString());
      });
    } catch (error) {
      if (isSuperseded(error)) throw error;
      failures.push({ entry, error: error as Error });
    }
  }
  return failures;
}

export const asLeftover = ({ entry, error }: NotUndone): Leftover => ({
  what: `${entry.mutation.summary}: not undone, ${error.message}`,
  fix: (error instanceof OperationError && error.hint) || entry.mutation.inverse,
});

/** Idempotent, and harmless where the mutation never happened. */
async function applyUndo(aws: Aws, operationId: string, undo: Undo): Promise<void> {
  switch (undo.kind) {
    case "deregister-task-definition": {
      const { definition, tags } = await aws.ecs.taskDefinition(undo.family);
      if (tags[OPERATION_TAG] === operationId) await aws.ecs.deregisterTaskDefinition(definition.taskDefinitionArn!);
      return;
    }
    case "delete-rules":
      for (const { arn, tags } of await aws.loadBalancers.rulesOfOperation(undo.listenerArn, operationId))
        if (tags[ROLE_TAG] === undo.role) await aws.loadBalancers.deleteRule(arn);
      return;
    case "restore-priorities":
      await restorePriorities(aws, undo);
      return;
    case "resume-scaling":
      await aws.autoScaling.suspend(undo.resourceId, undo.suspended);
      return;
    case "restore-service-settings":
      await aws.ecs.updateService({ cluster: undo.cluster, service: undo.service, ...restoredSettings(undo.settings) });
      return;
    case "restore-service":
      await aws.ecs.updateService({ cluster: undo.cluster, service: undo.service, desiredCount: undo.desiredCount });
      return;
    case "restore-deregistration-delay":
      await aws.loadBalancers.setDeregistrationDelay(undo.targetGroupArn, undo.seconds);
      return;
    case "delete-snapshot":
      await aws.rds.deleteSnapshot(undo.identifier);
      return;
    case "deregister-target":
      await aws.loadBalancers.deregisterTarget(undo.targetGroupArn, undo);
      return;
    case "stop-leader":
      for (const { arn } of await aws.ecs.tasksStartedBy(undo.cluster, undo))
        await aws.ecs.stopTask(undo.cluster, arn, `intermission: ${operationId}`);
      return;
    case "keep":
      return;
  }
}
