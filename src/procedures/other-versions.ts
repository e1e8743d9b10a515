import type { EcsTask } from "../aws/ecs-shapes.ts";
import { type Before, digestsThatRan } from "./before.ts";
import { neverRan } from "./leader-end.ts";
import { isStartedBy } from "./leader-task.ts";

type Since = {
  operationId: string;
  /** As AWS writes times. */
  since: string;
};

/**
 * The first task, running or ended, of another version than the target was found on that may have run since then: what it did to the data nobody can say.
 * ECS lists tasks that have ended for an hour.
 */
export function otherVersionAmong(
  before: Before,
  tasks: EcsTask[],
  { operationId, since }: Since,
): EcsTask | undefined {
  const old = before.services.map(({ taskDefinitionArn }) => taskDefinitionArn);
  const ran = Object.values(digestsThatRan(before));
  // Somebody else's task of the version that ran before has changed nothing that this version would not have, whatever its revision.
  const isOldVersion = (task: EcsTask) => {
    const applications = task.containers.filter(({ name }) => before.services.some((each) => each.container === name));
    const isOld = applications.every(({ imageDigest }) => imageDigest !== undefined && ran.includes(imageDigest));
    return !isStartedBy(task, operationId) && applications.length > 0 && isOld;
  };
  return tasks.find(
    (task) =>
      !old.includes(task.taskDefinitionArn) &&
      !isOldVersion(task) &&
      !neverRan(task) &&
      (task.startedAt ?? task.executionStoppedAt ?? task.stoppedAt ?? since) >= since,
  );
}
