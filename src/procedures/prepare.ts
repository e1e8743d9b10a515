import { randomBytes } from "node:crypto";
import { OPERATION_TAG, TARGET_TAG } from "../aws/tags.ts";
import { pinned } from "../operations/image-reference.ts";
import type { Before, ServiceBefore } from "./before.ts";
import type { PhaseRun } from "./operation-run.ts";
import { planned, shortName } from "./planned.ts";
import { revisionsOf, withImage } from "./revisions.ts";
import { takeSnapshot, warmUpSnapshot } from "./snapshot.ts";
import { quietenWriters } from "./writers/pause-writers.ts";

/** What the window needs and what must exist before it begins. */
export type Prepared = { revisions: Record<string, string>; bypassSecret: string };

const SERVICE_TAG = "intermission:service";

/** While the site is still open: whoever else writes to the data is done, and every service has a revision with the new image. */
export const prepareRevisions =
  (before: Before) =>
  async (op: PhaseRun): Promise<Prepared> => {
    const bypassSecret = await op.step("bypass-secret", async () => randomBytes(16).toString("hex"));
    const warmUp = warmUpSnapshot(op.target, op.request, before, op.id);
    if (warmUp) await takeSnapshot(op, warmUp);
    await quietenWriters(op, before);
    const revisions: Record<string, string> = {};
    for (const service of before.services) {
      revisions[service.name] = await op.mutate(
        revisionOf(service, { image: op.request.image, digest: before.imageDigest }),
        ({ image }, { firstAt }) => register(op, service, { image, since: firstAt }),
      );
    }
    return { revisions, bypassSecret };
  };

export const revisionOf = (service: ServiceBefore, { image, digest }: { image: string; digest: string }) =>
  planned({
    name: `register/${service.name}`,
    phase: "prepare",
    call: "ecs:RegisterTaskDefinition",
    resource: service.family,
    summary: `Register a revision of ${service.family} whose container ${service.container} runs ${image} (${digest.slice(0, 19)}…)`,
    inverse: "Deregister the revision",
    undo: { kind: "deregister-task-definition", family: service.family },
    parameters: { image: pinned(image, digest) },
    request: {
      family: service.family,
      containerDefinitions: [{ name: service.container, image: pinned(image, digest) }],
      "(everything else)": `as in ${shortName(service.taskDefinitionArn)}`,
    },
  });

async function register(
  op: PhaseRun,
  service: ServiceBefore,
  { image, since }: { image: string; since: string },
): Promise<string> {
  const registered = await revisionsOf(op.aws, { family: service.family, operationId: op.id, since });
  const ours = registered.find(({ tags }) => tags[SERVICE_TAG] === service.name);
  if (ours) return ours.arn;
  const { definition, tags } = await op.aws.ecs.taskDefinition(service.taskDefinitionArn);
  const own = { [OPERATION_TAG]: op.id, [TARGET_TAG]: op.target.name, [SERVICE_TAG]: service.name };
  return op.aws.ecs.registerTaskDefinition({
    ...withImage(definition, { container: service.container, image }),
    tags: Object.entries({ ...tags, ...own }).map(([key, value]) => ({ key, value })),
  });
}
