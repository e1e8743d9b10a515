import type { Node } from "../operations/operation.ts";
import type { Before } from "./before.ts";
import { forgetAddress, type Leader } from "./migrate.ts";
import type { PhaseRun } from "./operation-run.ts";
import { planned, shortName } from "./planned.ts";
import type { Prepared } from "./prepare.ts";
import { servingLook } from "./serving.ts";
import { type Quiet, withCounts } from "./stop-nodes.ts";

/** Every service takes the new revision and its count, the leader's service first; when all nodes serve, the leader retires. */
export const startFollowers =
  (found: Before, { revisions }: Prepared, { leader, quiet }: { leader: Leader; quiet: Quiet }) =>
  async (op: PhaseRun): Promise<Node[]> => {
    const before = withCounts(found, quiet.counts);
    for (const each of scalingOut(before, revisions))
      await op.mutate(each, async (input) => void (await op.aws.ecs.updateService(input)));
    const wanted = before.services.map(({ name, desiredCount }) => ({
      service: name,
      taskDefinitionArn: revisions[name]!,
      desiredCount,
      imageDigest: before.imageDigest,
    }));
    const nodes = await op.poll("every node serves", servingLook(op, before, wanted), {
      timeoutMs: op.target.timeouts.scaleOut,
    });
    await retire(op, before, leader);
    return nodes;
  };

/** Deregistered first, or the load balancer would still send requests to a task that ends. */
async function retire(op: PhaseRun, before: Before, { taskArn, targets }: Leader): Promise<void> {
  await forgetAddress(op, targets);
  await op.undo("stop-leader", () =>
    op.aws.ecs.stopTask(before.cluster, taskArn, `intermission: ${op.id}: every node serves`),
  );
}

export const scalingOut = (before: Before, revisions: Record<string, string>) =>
  before.services.map(({ name, desiredCount, taskDefinitionArn }) =>
    planned({
      name: `start/${name}`,
      phase: "scale-out",
      call: "ecs:UpdateService",
      resource: name,
      summary:
        desiredCount > 0
          ? `Start ${desiredCount} nodes of ${name} on the new revision`
          : `Give ${name} the new revision; it stays at 0 nodes`,
      inverse: `${desiredCount > 0 ? "Stop them" : "None"}; ${shortName(taskDefinitionArn)} may only run again on restored data`,
      undo: { kind: "keep", why: "the old version must not run on migrated data" },
      parameters: { cluster: before.cluster, service: name, taskDefinition: revisions[name], desiredCount },
    }),
  );
