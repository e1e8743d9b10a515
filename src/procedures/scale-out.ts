import { type EcsService, isQuiet } from "../aws/ecs-shapes.ts";
import type { Look } from "../engine/workflow.ts";
import type { Node } from "../operations/operation.ts";
import type { Target } from "../targets/schema.ts";
import type { Before, ServiceBefore } from "./before.ts";
import { withLastWords } from "./last-words.ts";
import { forgetAddress, type Leader } from "./leader.ts";
import { ownSettings, settingsOf } from "./leader-settings.ts";
import type { PhaseRun } from "./operation-run.ts";
import { planned, shortName } from "./planned.ts";
import type { Prepared } from "./prepare.ts";
import { allNodes, enoughOf } from "./quorum.ts";
import { scaleService } from "./scale-service.ts";
import { servicesLook, servingLook } from "./serving.ts";
import { type Quiet, withCounts } from "./stop-nodes.ts";
import { lastToStop } from "./stopped-nodes.ts";

/**
 * Every service takes the new revision and its count, all of them together; when enough nodes serve, the leader retires. It retires
 * before where a follower cannot be placed beside it: the page is up, and its data is verified.
 */
export const startFollowers =
  (found: Before, { revisions }: Prepared, { leader, quiet }: { leader: Leader; quiet: Quiet }) =>
  async (op: PhaseRun): Promise<Node[]> => {
    const before = withCounts(found, quiet.counts);
    const began = await op.step("began", async () => op.clock.now());
    const early = leader.inService ? undefined : retiresFirst(before);
    if (early) await retire(op, before, leader, { because: early, wait: true });
    // Between two waits somebody may have started nodes of another version: ours would start beside them.
    await op.lookAround("nobody else runs nodes");
    // Nobody tells a node what people changed beside it: after their work every node starts anew, also one that stays by itself.
    const replaced = leader.inService && op.request.procedure === "maintenance" ? leader.taskArn : undefined;
    const ofLeader = before.services[0]!.name;
    const gaveUp = await op.mutateTogether(scalingOut(op.target, before, revisions), (input) =>
      scaleService(op.aws, { ...input, ...(replaced && input.service === ofLeader && { forceNewDeployment: true }) }),
    );

    const wanted = allNodes(before, revisions).map((each, index) => ({
      ...each,
      enough: enoughOf(op.target, before.services[index]!),
      gaveUp: gaveUp[index],
      ...(index === 0 && { replaced }),
    }));
    const timeoutMs = op.target.timeouts.scaleOut;
    return withLastWords(op, { tasks: () => lastToStop(op, before, wanted) }, async () => {
      const services = servicesLook(op, before);
      const serves = servingLook(op, before, wanted, services);
      const first = await op.poll(
        "every node serves",
        early || leader.inService ? asServing(serves) : orNoRoom(op, { began, serves, services }),
        {
          timeoutMs,
        },
      );
      if ("nodes" in first) {
        if (!early && !leader.inService) await retire(op, before, leader, { because: "every node serves" });
        return first.nodes;
      }
      await retire(op, before, leader, { because: "a node cannot be placed beside it", wait: true });
      return op.poll("every node serves without the leader", servingLook(op, before, wanted), { timeoutMs });
    });
  };

/** Why the leader must go before the followers come; undefined where they may stand beside it. */
export const retiresFirst = ({ services: [leader] }: Before): string | undefined =>
  leader!.fixedHostPorts ? "its host ports are fixed, so no node can start on its instance" : undefined;

type First = { nodes: Node[] } | { noRoom: string };

const asServing = (serves: () => Promise<Look<Node[]>>) => async (): Promise<Look<First>> => {
  const look = await serves();
  return look.done ? { done: true, result: { nodes: look.result } } : look;
};

/** As the scheduler says it: `(service web) was unable to place a task because no container instance met all of its requirements.` */
const NO_ROOM = /unable to place a task/;

function orNoRoom(
  op: PhaseRun,
  {
    began,
    serves,
    services,
  }: { began: number; serves: () => Promise<Look<Node[]>>; services: () => Promise<EcsService[]> },
) {
  const serving = asServing(serves);
  return async (): Promise<Look<First>> => {
    const look = await serving();
    if (look.done) return look;
    const [event] = (await services()).flatMap(({ events }) =>
      events.filter(({ at, message }) => NO_ROOM.test(message) && Date.parse(at) >= began),
    );
    if (!event) return look;
    await op.say(`ECS: ${event.message}`);
    return { done: true, result: { noRoom: event.message } };
  };
}

/** Deregistered first, or the load balancer would still send requests to a task that ends. */
async function retire(
  op: PhaseRun,
  before: Before,
  { taskArn, targets }: Leader,
  { because, wait = false }: { because: string; wait?: boolean },
): Promise<void> {
  if (wait) await op.say(`the leader retires first: ${because}`);
  await forgetAddress(op, targets);
  await op.undo("stop-leader", () =>
    op.aws.ecs.stopTask(before.cluster, taskArn, `intermission: ${op.id}: ${because}`),
  );
  if (!wait) return;
  await op.poll(
    "the leader has ended",
    async () => {
      const [task] = await op.aws.ecs.tasks(before.cluster, [taskArn]);
      return !task || isQuiet(task) ? { done: true, result: null } : { done: false, seen: task.lastStatus };
    },
    { timeoutMs: op.target.timeouts.stop },
  );
}

const isNew = ({ taskDefinitionArn }: ServiceBefore, revision: string | undefined) => revision !== taskDefinitionArn;

function summaryOf(service: ServiceBefore, revision: string | undefined): string {
  const { name, desiredCount } = service;
  if (!isNew(service, revision))
    return desiredCount > 0
      ? `Start ${desiredCount} ${desiredCount === 1 ? "node" : "nodes"} of ${name}`
      : `Leave ${name} at 0 nodes`;
  return desiredCount > 0
    ? `Start ${desiredCount} nodes of ${name} on the new revision`
    : `Give ${name} the new revision; it stays at 0 nodes`;
}

/**
 * A leader that runs in its service becomes one of its nodes, or is replaced by them where it had an environment of its own: by ECS, and by the
 * same image. The service's own settings come back in the same call, but for what would roll back.
 */
export const scalingOut = (target: Target, before: Before, revisions: Record<string, string>) =>
  before.services.map((service, index) => {
    const { name, desiredCount, taskDefinitionArn } = service;
    const own = target.leader === "service" && index === 0 ? ownSettings(settingsOf(service), { rollback: false }) : {};
    return planned({
      name: `start/${name}`,
      phase: "scale-out",
      call: "ecs:UpdateService",
      resource: name,
      summary: summaryOf(service, revisions[name]),
      inverse: isNew(service, revisions[name])
        ? `${desiredCount > 0 ? "Stop them" : "None"}; ${shortName(taskDefinitionArn)} may only run again on restored data`
        : "Stop them",
      undo: { kind: "keep", why: "the old version must not run on migrated data" },
      parameters: { cluster: before.cluster, service: name, taskDefinition: revisions[name], desiredCount, ...own },
    });
  });
