import type { Aws } from "../aws/aws.ts";
import { parseImageReference, pinned, versionOf } from "../operations/image-reference.ts";
import type { OperationRequest, RollbackRequest } from "../operations/operation.ts";
import type { OperationState } from "../operations/state.ts";
import type { OperationStore } from "../operations/store.ts";
import { presetOf } from "../targets/presets/preset.ts";
import type { Target } from "../targets/schema.ts";
import { asFound, type Before } from "./before.ts";
import type { Read, ServiceShape } from "./discovery.ts";
import { keptRecords } from "./kept-records.ts";
import { from, read } from "./read.ts";

/** What the nodes are to run in the end: what the request names, what runs, or what ran before the operation that is taken back. */
export type Aim = {
  image: Read<string>;
  imageDigest: Read<string>;
  /** Undefined also where the application has no version to ask for, or nobody can know it. */
  expectedVersion?: string;
  /** Of a rollback alone, as are the next two. */
  earlier: Read<Earlier | undefined>;
  /** With the roles that their tasks are given. */
  oldRevisions: Read<{ arn: string; status?: string; roles: string[] }[]>;
  oldImages: Read<{ image: string; problem?: string }[]>;
};

/** The operation that is taken back, with the target as it was before it. */
export type Earlier = { operation: OperationState; before: Before; snapshot: string };

type Options = {
  aws: Aws;
  store: OperationStore;
  target: Target;
  request: OperationRequest;
  readingShapes: Promise<Read<ServiceShape[]>>;
};

const NOTHING_EARLIER: Pick<Aim, "earlier" | "oldRevisions" | "oldImages"> = {
  earlier: { ok: true, value: undefined },
  oldRevisions: { ok: true, value: [] },
  oldImages: { ok: true, value: [] },
};

export async function aimOf({ aws, store, target, request, readingShapes }: Options): Promise<Aim> {
  switch (request.procedure) {
    case "upgrade":
      return {
        image: { ok: true, value: request.image },
        imageDigest: await read(() => aws.images.digest(request.image)),
        expectedVersion: presetOf(target).probes.version && (request.expectedVersion ?? tagged(target, request.image)),
        ...NOTHING_EARLIER,
      };
    case "first-start":
    case "maintenance": {
      const shapes = await readingShapes;
      const image = await from(shapes, async (found) => imageIn(target, found));
      const running = shapes.ok ? digestThatRuns(target, shapes.value) : undefined;
      return {
        image,
        imageDigest: running
          ? { ok: true, value: running }
          : await from(image, (reference) => aws.images.digest(reference)),
        expectedVersion: image.ok ? tagged(target, image.value) : undefined,
        ...NOTHING_EARLIER,
      };
    }
    case "rollback": {
      const earlier = await read(() => earlierOf(store, target, request));
      if (!earlier.ok)
        return { image: earlier, imageDigest: earlier, earlier, oldRevisions: earlier, oldImages: earlier };
      const { image, imageDigest, expectedVersion } = asFound(earlier.value.before);
      return {
        image: { ok: true, value: image },
        imageDigest: { ok: true, value: imageDigest },
        expectedVersion,
        earlier,
        ...(await oldParts(aws, earlier.value.before)),
      };
    }
  }
}

/** What the old version needs to start again. */
async function oldParts(aws: Aws, { services, nodes }: Before): Promise<Pick<Aim, "oldRevisions" | "oldImages">> {
  const images = [...new Set(nodes.map(({ image, imageDigest }) => byDigest(image, imageDigest)))].filter(Boolean);
  const [oldRevisions, oldImages] = await Promise.all([
    read(() =>
      Promise.all(
        services.map(async ({ taskDefinitionArn: arn }) => {
          const { definition } = await aws.ecs.taskDefinition(arn);
          const roles = [definition.taskRoleArn, definition.executionRoleArn].filter((role) => role !== undefined);
          return { arn, status: definition.status, roles };
        }),
      ),
    ),
    read(() =>
      Promise.all(
        images.map(async (image) => ({
          image,
          problem: await aws.images.digest(image).then(
            () => undefined,
            (error: Error) => error.message,
          ),
        })),
      ),
    ),
  ]);
  return { oldRevisions, oldImages };
}

/** A tag may stand for another image by now. */
const byDigest = (image: string, digest: string | undefined): string => {
  const reference = parseImageReference(image);
  return reference && digest ? pinned(image, digest) : image;
};

function tagged(target: Target, image: string): string | undefined {
  const { version } = presetOf(target).probes;
  const reference = parseImageReference(image);
  return version && reference && versionOf(reference, version.tag);
}

const leadersShape = ({ services: [leader] }: Target, shapes: ServiceShape[]) =>
  shapes.find(({ service }) => service === leader!.name);

/** As the leader's task definition names it. */
function imageIn(target: Target, shapes: ServiceShape[]): string {
  const { container } = target.services[0]!;
  const image = leadersShape(target, shapes)?.containers.find(({ name }) => name === container)?.image;
  if (image === undefined)
    throw new Error(`expected a container ${container} in the leader's task definition, found none`);
  return image;
}

function digestThatRuns(target: Target, shapes: ServiceShape[]): string | undefined {
  const { container } = target.services[0]!;
  const digests = (leadersShape(target, shapes)?.tasks ?? []).flatMap(
    ({ containers }) => containers.find(({ name }) => name === container)?.imageDigest ?? [],
  );
  return digests[0];
}

async function earlierOf(store: OperationStore, target: Target, { of }: RollbackRequest): Promise<Earlier> {
  const operation = await store.get(of);
  if (operation?.target !== target.name)
    throw new Error(`expected an operation of ${target.name}, found no ${of} among them`);
  const { before } = await keptRecords(store, of);
  if (!before) throw new Error(`${of} changed nothing, so there is nothing to take back`);
  if (operation.snapshot === undefined) throw new Error(`${of} took no snapshot, so its data cannot be restored`);
  return { operation, before, snapshot: operation.snapshot };
}
