import type { EcsTask } from "../aws/ecs-shapes.ts";
import { deregistrationDelayInput } from "../aws/target-groups.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { Target } from "../targets/schema.ts";
import type { Before } from "./before.ts";
import { sayWhatIsInFront } from "./in-front.ts";
import { isStartedBy } from "./leader-task.ts";
import type { PhaseRun } from "./operation-run.ts";
import { otherVersionAmong } from "./other-versions.ts";
import { type Planned, planned, shortName } from "./planned.ts";
import { type Quickening, quickening } from "./quick-health-checks.ts";
import { quietLook, tasksOf } from "./quiet-look.ts";

/** When the last container ended, and how many nodes each service had before. */
export type Quiet = { stoppedAt: string; counts: Record<string, number> };

/**
 * Ends every container of every service, and proves it task by task. Counts prove nothing: they reach 0, and the service is "stable", while
 * containers still drain, handle SIGTERM and write.
 */
export const stopEveryNode =
  (before: Before) =>
  async (op: PhaseRun): Promise<Quiet> => {
    const { drain, quicken } = stopping(op.target, before);
    // ECS reads the delay when it deregisters a target, so it is lowered before any is.
    await op.mutateTogether<Draining | Quickening, void>([...drain, ...quicken], (change) =>
      "times" in change
        ? op.aws.loadBalancers.setHealthCheck(change.targetGroupArn, change.times)
        : op.aws.loadBalancers.setDeregistrationDelay(change.targetGroupArn, change.seconds),
    );
    // Nothing scales any more: until scaling was suspended the counts were free to change.
    const { counts, ...pinned } = await op.step("pin-tasks", async () => {
      const at = op.clock.now();
      const [arns, counts] = await Promise.all([tasksOf(op, before), desiredCounts(op, before)]);
      return { arns, at, counts };
    });
    await op.mutateTogether(
      stopping(op.target, withCounts(before, counts)).stop,
      async (input) => void (await op.aws.ecs.updateService(input)),
    );
    if (before.front) await op.step("say-what-is-in-front", () => sayWhatIsInFront(op, before));

    const judge = (nodes: EcsTask[]) => refuseTouchedData(op, before, nodes);
    const stoppedAt = await op.poll("every container has ended", quietLook(op, before, { ...pinned, judge }), {
      timeoutMs: op.target.timeouts.stop,
    });
    await op.record("quiet", [{ type: "quiet", stoppedAt }]);
    return { stoppedAt, counts };
  };

/**
 * Somebody else's task of another version that came and went until now may have changed the data, and the snapshot would hold what it did. A rollback
 * does not need to know: it puts other data in the place of these.
 */
function refuseTouchedData(op: PhaseRun, before: Before, nodes: EcsTask[]): void {
  if (op.request.procedure === "rollback") return;
  const strangers = nodes.filter((task) => !isStartedBy(task, op.id));
  const suspect = otherVersionAmong(before, strangers, { operationId: op.id, since: before.forecast.at });
  if (!suspect) return;
  const { arn, group, startedBy = "nobody who says so", containers } = suspect;
  throw new OperationError(
    `expected no version but the one that the target was found on to run until the nodes had ended, found ${arn} (${group}, started by ${startedBy}: ${containers.map(({ image }) => image).join(", ")})`,
    {
      code: "foreign-start",
      hint: "Find out whether it changed the data, and keep whatever started it away. No snapshot was taken, for it would hold what that task did",
      details: { tasks: [arn] },
    },
  );
}

export async function desiredCounts(op: PhaseRun, before: Before): Promise<Record<string, number>> {
  const services = await op.aws.ecs.services(
    before.cluster,
    before.services.map(({ name }) => name),
  );
  const ran = before.services.filter(({ desiredCount }) => desiredCount > 0).map(({ name }) => name);
  const idle = ran.filter((name) => !services.some((service) => service.name === name && service.desiredCount > 0));
  if (idle.length)
    throw new OperationError(`expected nodes of every service to stop, found ${idle.join(", ")} without any`, {
      code: "changed-meanwhile",
      hint: "Somebody stopped them while the site was being closed. Start a new operation once the service runs again",
    });
  return Object.fromEntries(services.map(({ name, desiredCount }) => [name, desiredCount]));
}

/** The services with the counts that they had when they were stopped. */
export const withCounts = (before: Before, counts: Record<string, number>): Before => ({
  ...before,
  services: before.services.map((service) => ({
    ...service,
    desiredCount: counts[service.name] ?? service.desiredCount,
  })),
});

type Draining = { targetGroupArn: string; seconds: number };

/** Every mutation of this phase, in order. */
export function stopping(target: Target, before: Before) {
  const quicken = quickening(target, before);
  const drain: Planned<Draining>[] = before.targetGroups
    .filter(
      ({ arn, deregistrationDelaySeconds }) =>
        deregistrationDelaySeconds > target.drain.seconds && !before.sharedGroupArns.includes(arn),
    )
    .map((group) =>
      planned({
        name: `drain/${group.name}`,
        phase: "stop",
        call: "elbv2:ModifyTargetGroupAttributes",
        resource: group.arn,
        summary: `Lower the deregistration delay of ${group.name} from ${group.deregistrationDelaySeconds} s to ${target.drain.seconds} s`,
        inverse: `${group.deregistrationDelaySeconds} s again`,
        undo: {
          kind: "restore-deregistration-delay",
          targetGroupArn: group.arn,
          seconds: group.deregistrationDelaySeconds,
        },
        parameters: { targetGroupArn: group.arn, seconds: target.drain.seconds },
        request: deregistrationDelayInput(group.arn, target.drain.seconds),
      }),
    );
  const running = before.services.filter(({ desiredCount }) => desiredCount > 0);
  const stop = running.map(({ name, desiredCount, taskDefinitionArn }) =>
    planned({
      name: `stop/${name}`,
      phase: "stop",
      call: "ecs:UpdateService",
      resource: name,
      summary: `Stop all ${desiredCount} nodes of ${name}`,
      inverse: `${desiredCount} nodes of ${shortName(taskDefinitionArn)} again`,
      undo: { kind: "restore-service", cluster: before.cluster, service: name, desiredCount, taskDefinitionArn },
      parameters: { cluster: before.cluster, service: name, desiredCount: 0 },
    }),
  );
  return { drain, quicken, stop };
}
