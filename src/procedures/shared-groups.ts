import type { Aws } from "../aws/aws.ts";
import type { EcsService } from "../aws/ecs-shapes.ts";
import type { TargetGroup } from "../aws/target-groups.ts";
import type { ServiceShape } from "./discovery.ts";
import { instanceIds, targetsOf } from "./task-targets.ts";

/** A target group behind which others are too: services of the cluster that the target does not have, and targets that are no task of it. */
export type SharedGroup = { arn: string; name: string; services: string[]; targets: string[] };

type Owned = {
  cluster: string;
  /** Every service of the cluster, the target's among them. */
  all: EcsService[];
  services: EcsService[];
  shapes: ServiceShape[];
  groups: TargetGroup[];
};

/** Only the groups that are shared. Services of other clusters and what people registered show by their targets alone. */
export async function findSharedGroups(
  aws: Aws,
  { cluster, all, services, shapes, groups }: Owned,
): Promise<SharedGroup[]> {
  if (groups.length === 0) return [];
  const tasks = shapes.flatMap((shape) => shape.tasks);
  const ids = await instanceIds({ aws }, cluster, tasks);
  const others = all.filter(({ name }) => !services.some((service) => service.name === name));
  const own = new Set(
    services.flatMap((service) => {
      const shape = shapes.find((each) => each.service === service.name);
      if (!shape) return [];
      const { networkMode } = shape;
      return shape.tasks.flatMap((task) => targetsOf(task, { ...service, networkMode }, ids) ?? []).map(keyOf);
    }),
  );
  const found = await Promise.all(
    groups.map(async ({ arn, name }) => {
      const targets = await aws.loadBalancers.targetHealth(arn);
      return {
        arn,
        name,
        services: others
          .filter(({ loadBalancers }) => loadBalancers.some(({ targetGroupArn }) => targetGroupArn === arn))
          .map((service) => service.name),
        targets: targets
          .filter(({ id, port, state }) => state !== "draining" && !own.has(keyOf({ targetGroupArn: arn, id, port })))
          .map(({ id, port }) => `${id}:${port}`),
      };
    }),
  );
  return found.filter((group) => group.services.length > 0 || group.targets.length > 0);
}

const keyOf = ({ targetGroupArn, id, port }: { targetGroupArn: string; id: string; port: number }) =>
  `${targetGroupArn} ${id}:${port}`;
