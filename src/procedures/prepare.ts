import { randomBytes } from "node:crypto";
import { isQuiet } from "../aws/ecs-shapes.ts";
import { OPERATION_TAG, ROLE_TAG, TARGET_TAG } from "../aws/tags.ts";
import { pinned } from "../operations/image-reference.ts";
import { followerEnvironment, presetOf } from "../targets/presets/preset.ts";
import type { Target } from "../targets/schema.ts";
import type { Before, ServiceBefore } from "./before.ts";
import type { PhaseRun } from "./operation-run.ts";
import { planned, shortName } from "./planned.ts";
import { revisionsOf, withEnvironment, withImage } from "./revisions.ts";
import { warmUpSnapshot } from "./snapshot.ts";
import { takeSnapshot } from "./take-snapshot.ts";
import { quietenWriters } from "./writers/pause-writers.ts";

/** What the window needs and what must exist before it begins. */
export type Prepared = {
  revisions: Record<string, string>;
  /** What the leader runs: the revision of its service; one of its own where it runs in the service with an environment of its own. */
  leaderRevision: string;
  bypassSecret: string;
};

/** What is waited for where nodes were already ending. */
export const EARLIER_NODES = "nodes that were ending before have ended";

const SERVICE_TAG = "intermission:service";

/** While the site is still open: whoever else writes to the data is done, and the window has a secret of its own. */
async function prepareWindow(op: PhaseRun, before: Before): Promise<Pick<Prepared, "bypassSecret">> {
  const bypassSecret = await op.step("bypass-secret", async () => randomBytes(16).toString("hex"));
  const warmUp = warmUpSnapshot(op.target, op.request, before, op.id);
  if (warmUp) await takeSnapshot(op, warmUp);
  await quietenWriters(op, before);
  await earlierNodesEnd(op, before);
  return { bypassSecret };
}

/**
 * A node that was told to stop before drains for as long as its target group told it then, 300 s by default: ECS reads the delay when it deregisters a
 * target. Users are let in meanwhile.
 */
async function earlierNodesEnd(op: PhaseRun, { cluster, endingTaskArns = [] }: Before): Promise<void> {
  if (endingTaskArns.length === 0) return;
  const look = async () => {
    const left = (await op.aws.ecs.tasks(cluster, endingTaskArns)).filter((task) => !isQuiet(task));
    if (left.length === 0) return { done: true as const, result: null };
    const seen = left.map(({ arn, lastStatus }) => `${shortName(arn)} ${lastStatus}`).join("; ");
    await op.say(`waits, with the site open, until these nodes have ended: ${seen}`);
    return { done: false as const, seen };
  };
  await op.poll(EARLIER_NODES, look, { timeoutMs: op.target.timeouts.stop });
}

/** The same revisions again: what is new comes from the inside. */
export const keepRevisions =
  (before: Before) =>
  async (op: PhaseRun): Promise<Prepared> => ({ ...(await prepareWindow(op, before)), ...revisionsBefore(before) });

/** Those that the services had. */
export const revisionsBefore = ({ services }: Before): Pick<Prepared, "revisions" | "leaderRevision"> => ({
  revisions: Object.fromEntries(services.map(({ name, taskDefinitionArn }) => [name, taskDefinitionArn])),
  leaderRevision: services[0]!.taskDefinitionArn,
});

/** Every service has a revision with the new image. */
export const prepareRevisions =
  (before: Before) =>
  async (op: PhaseRun): Promise<Prepared> => {
    const { bypassSecret } = await prepareWindow(op, before);
    const revisions: Record<string, string> = {};
    const own = ownRevision(op.target, before);
    const ownArn =
      own &&
      (await op.mutate(own, ({ image }, { firstAt }) =>
        register(op, before.services[0]!, {
          image,
          since: firstAt,
          role: "leader",
          environment: presetOf(op.target).leaderEnvironment,
        }),
      ));
    for (const service of before.services) {
      revisions[service.name] = await op.mutate(revisionOf(op.target, service, before), ({ image }, { firstAt }) =>
        register(op, service, { image, since: firstAt, environment: followerEnvironment(op.target) }),
      );
    }
    return { revisions, leaderRevision: ownArn ?? revisions[before.services[0]!.name]!, bypassSecret };
  };

type Imaged = Pick<Before, "image" | "imageDigest">;

export const revisionOf = (target: Target, service: ServiceBefore, { image, imageDigest: digest }: Imaged) => {
  const environment = Object.entries(followerEnvironment(target)).map(([name, value]) => ({ name, value }));
  const told = environment.map(({ name, value }) => `${name}=${value}`).join(" and ");
  return planned({
    name: `register/${service.name}`,
    phase: "prepare",
    call: "ecs:RegisterTaskDefinition",
    resource: service.family,
    summary: `Register a revision of ${service.family} whose container ${service.container} runs ${image} (${digest.slice(0, 19)}…)${told && `, with ${told}`}`,
    inverse: "Deregister the revision",
    undo: { kind: "deregister-task-definition", family: service.family },
    parameters: { image: pinned(image, digest) },
    request: {
      family: service.family,
      containerDefinitions: [
        { name: service.container, image: pinned(image, digest), ...(environment.length > 0 && { environment }) },
      ],
      "(everything else)": `as in ${shortName(service.taskDefinitionArn)}`,
    },
  });
};

/**
 * Tasks of a service have no overrides, so where the leader runs in its service the environment that its preset gives it takes a revision of
 * its own. It is registered before the service's, which is then the latest of the family.
 */
export function ownRevision(target: Target, before: Before) {
  const environment = Object.entries(presetOf(target).leaderEnvironment).map(([name, value]) => ({ name, value }));
  if (target.leader !== "service" || environment.length === 0) return undefined;
  const leader = before.services[0]!;
  const { mutation, ...revision } = revisionOf(target, leader, before);
  const variables = environment.map(({ name }) => name).join(" and ");
  const container = { name: leader.container, image: revision.parameters.image, environment };
  return {
    ...revision,
    name: `${revision.name}-leader`,
    mutation: {
      ...mutation,
      summary: `${mutation.summary}, with the leader's ${variables}`,
      inverse: "Deregister the revision, at the end of a success too",
      parameters: { ...mutation.parameters, containerDefinitions: [container] },
    },
  };
}

type Registration = { image: string; since: string; role?: "leader"; environment: Record<string, string> };

async function register(
  op: PhaseRun,
  service: ServiceBefore,
  { image, since, role, environment }: Registration,
): Promise<string> {
  const registered = await revisionsOf(op.aws, { family: service.family, operationId: op.id, since });
  const ours = registered.find(({ tags }) => tags[SERVICE_TAG] === service.name && tags[ROLE_TAG] === role);
  if (ours) return ours.arn;
  const { definition, tags } = await op.aws.ecs.taskDefinition(service.taskDefinitionArn);
  const { [ROLE_TAG]: _role, ...inherited } = tags;
  const own = {
    [OPERATION_TAG]: op.id,
    [TARGET_TAG]: op.target.name,
    [SERVICE_TAG]: service.name,
    ...(role && { [ROLE_TAG]: role }),
  };
  const next = withImage(definition, { container: service.container, image });
  return op.aws.ecs.registerTaskDefinition({
    ...(Object.keys(environment).length > 0 ? withEnvironment(next, service.container, environment) : next),
    tags: Object.entries({ ...inherited, ...own }).map(([key, value]) => ({ key, value })),
  });
}
