import { type EcsTask, isQuiet } from "../aws/ecs-shapes.ts";
import type { Node } from "../operations/operation.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { Before, ServiceBefore } from "./before.ts";
import { digestOf } from "./before.ts";
import { changedServices } from "./changed-meanwhile.ts";
import { holdStill } from "./hold-still.ts";
import { lookThroughTheFront } from "./open-traffic.ts";
import type { PhaseRun } from "./operation-run.ts";
import { planned } from "./planned.ts";
import { scaleService } from "./scale-service.ts";
import { servingLook, type Wanted } from "./serving.ts";
import { desiredCounts, withCounts } from "./stop-nodes.ts";

/** The node that serves alone, and how many each service had. */
export type OneNode = { node: { taskArn: string }; stoppedAt: string; counts: Record<string, number> };

/** Stops all nodes but one of the leader's service, and proves it task by task. Users are served by that one. */
export const oneNodeStays =
  (before: Before) =>
  async (op: PhaseRun): Promise<OneNode> => {
    await holdStill(op, before);
    const counts = await op.step("counts", () => desiredCounts(op, before));
    await op.mutateTogether(
      scalingIn(withCounts(before, counts)),
      async (input) => void (await op.aws.ecs.updateService(input)),
    );
    const node = await op.poll("one node is left", () => lookForOne(op, before), {
      timeoutMs: op.target.timeouts.stop,
    });
    const stoppedAt = await op.step("stopped-at", async () => new Date(op.clock.now()).toISOString());
    return { node, stoppedAt, counts };
  };

/** One node of the leader's service stays; ECS chooses which. */
export const scalingIn = ({ cluster, services }: Before) =>
  services.flatMap(({ name: service, desiredCount, taskDefinitionArn }, index) => {
    const left = index === 0 ? 1 : 0;
    if (desiredCount <= left) return [];
    return planned({
      name: `scale-in/${service}`,
      phase: "stop",
      call: "ecs:UpdateService",
      resource: service,
      summary: left ? `Stop all nodes of ${service} but one` : `Stop all ${desiredCount} nodes of ${service}`,
      inverse: `${desiredCount} nodes again`,
      undo: { kind: "restore-service", cluster, service, desiredCount, taskDefinitionArn },
      parameters: { cluster, service, desiredCount: left },
    });
  });

async function lookForOne(op: PhaseRun, before: Before) {
  const lists = await Promise.all(before.services.map(({ name }) => op.aws.ecs.tasksOfService(before.cluster, name)));
  const known = before.services.flatMap(({ taskArns }) => taskArns);
  const tasks = await op.aws.ecs.tasks(before.cluster, [...new Set([...known, ...lists.flat()])]);
  const live = tasks.filter((task) => !isQuiet(task));
  const [only] = live;
  if (live.length === 1 && only?.desiredStatus === "RUNNING" && only.lastStatus === "RUNNING")
    return { done: true as const, result: { taskArn: only.arn } };
  await op.say(`${live.length} nodes run or end, expected one`);
  return { done: false as const, seen: live.map(({ arn, lastStatus }: EcsTask) => `${arn} ${lastStatus}`).join("; ") };
}

/** What users meet is what is verified. */
export const verifyInTheOpen =
  (before: Before) =>
  async (op: PhaseRun): Promise<void> => {
    await lookThroughTheFront(op, before);
  };

/** All others start anew, and learn what was changed from the database: the application tells running nodes nothing. */
export const startTheOthers =
  (before: Before, { counts }: Pick<OneNode, "counts">) =>
  async (op: PhaseRun): Promise<Node[]> => {
    const wanted = withCounts(before, counts);
    await op.step("same-revisions", () => refuseAnotherRevision(op, before));
    await op.mutateTogether(scalingOutAgain(wanted), async (input) => void (await scaleService(op.aws, input)));
    return op.poll(
      "every node serves",
      servingLook(
        op,
        withoutKnownTasks(wanted),
        wanted.services.map((service) => wantedOf(wanted, service)),
      ),
      {
        timeoutMs: op.target.timeouts.scaleOut,
      },
    );
  };

/** What somebody deployed while users were served would be started by us, beside the version that serves them. */
async function refuseAnotherRevision(op: PhaseRun, before: Before): Promise<void> {
  const changes = await changedServices(op, before);
  if (changes.length === 0) return;
  throw new OperationError(`expected the services as preflight found them, found ${changes.join("; ")}`, {
    code: "changed-meanwhile",
    hint: "Somebody deployed in the middle of the maintenance. Look what runs and what it did to the data, deploy the earlier revision again, and decide `proceed`; or decide `rollback`",
  });
}

export const scalingOutAgain = ({ cluster, services }: Before) =>
  services
    .filter(({ desiredCount }, index) => desiredCount > (index === 0 ? 1 : 0))
    .map(({ name: service, desiredCount }) =>
      planned({
        name: `start-again/${service}`,
        phase: "scale-out",
        call: "ecs:UpdateService",
        resource: service,
        summary: `${desiredCount} nodes of ${service} again`,
        inverse: "None: it is as it was",
        undo: { kind: "keep", why: "it is as it was" },
        parameters: { cluster, service, desiredCount },
      }),
    );

const wantedOf = (before: Before, { name, taskDefinitionArn, desiredCount }: ServiceBefore): Wanted => ({
  service: name,
  taskDefinitionArn,
  desiredCount,
  imageDigest: digestOf(before, name),
});

/** The node that stayed is one of those that serve. */
const withoutKnownTasks = (before: Before): Before => ({
  ...before,
  services: before.services.map((service) => ({ ...service, taskArns: [] })),
});
