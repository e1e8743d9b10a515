import type { Aws } from "../aws/aws.ts";
import type { Protection } from "../aws/ecs-capacity.ts";
import type { EcsInstance } from "../aws/ecs-instance.ts";
import type { EcsService } from "../aws/ecs-shapes.ts";
import type { Target } from "../targets/schema.ts";
import type { Read, ServiceShape } from "./discovery.ts";
import { type ClusterCapacity, isFargate, strategyOf } from "./leader-capacity.ts";
import { from } from "./read.ts";

/** What the nodes run on, and what keeps them there. */
export type Compute = {
  capacity: Read<ClusterCapacity>;
  /** Every container instance of the cluster; none where no service uses any. */
  instances: Read<EcsInstance[]>;
  protections: Read<Protection[]>;
  /** What the images of the services' revisions stand for now, by reference, as far as their registries say. */
  currentDigests: Record<string, string>;
};

export async function discoverCompute(
  { aws, target }: { aws: Aws; target: Target },
  { services, shapes }: { services: Read<EcsService[]>; shapes: Read<ServiceShape[]> },
): Promise<Compute> {
  const { cluster } = target;
  const capacity = await from(services, async (found): Promise<ClusterCapacity> => {
    const open = found.some(
      ({ launchType, capacityProviderStrategy }) => !launchType && !capacityProviderStrategy.length,
    );
    const defaultStrategy = open ? await aws.ecs.defaultStrategy(cluster) : [];
    const strategies = found.flatMap((service) => strategyOf(service, { defaultStrategy }));
    const names = strategies.flatMap((item) => (isFargate(item) ? [] : (item.capacityProvider ?? [])));
    return { defaultStrategy, providers: await aws.ecs.capacityProviders(cluster, [...new Set(names)]) };
  });
  const [instances, protections, currentDigests] = await Promise.all([
    from(services, async (found) => {
      const onInstances = found.some(
        (service) =>
          service.launchType !== "FARGATE" && !(capacity.ok && strategyOf(service, capacity.value).some(isFargate)),
      );
      return onInstances ? aws.ecs.allInstances(cluster) : [];
    }),
    from(shapes, (found) =>
      aws.ecs.protections(
        cluster,
        found.flatMap(({ tasks }) => tasks.map(({ arn }) => arn)),
      ),
    ),
    currentDigestsOf(aws, shapes.ok ? imagesOf(target, shapes.value) : []),
  ]);
  return { capacity, instances, protections, currentDigests };
}

const imagesOf = (target: Target, shapes: ServiceShape[]): string[] =>
  shapes.flatMap(({ service, containers }) => {
    const name = target.services.find((each) => each.name === service)?.container;
    return containers.filter((container) => container.name === name).map(({ image }) => image);
  });

async function currentDigestsOf(aws: Aws, images: string[]): Promise<Record<string, string>> {
  const found = await Promise.all(
    [...new Set(images)].map(async (image) => [image, await aws.images.digest(image).catch(() => undefined)] as const),
  );
  return Object.fromEntries(found.flatMap(([image, digest]) => (digest ? [[image, digest]] : [])));
}
