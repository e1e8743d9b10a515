import type { Resources } from "../../src/targets/resources-schema.ts";
import type { Target } from "../../src/targets/schema.ts";

export type NamedTarget = Target & { resources: Resources };

/** What the configuration names: the targets, and where in AWS they all are. */
export type Names = { partition: string; account: string; region: string; targets: NamedTarget[] };

/** The ARN of something in the account and region of the targets. */
export const arnOf = ({ partition, account, region }: Names, service: string, resource: string): string =>
  `arn:${partition}:${service}:${region}:${account}:${resource}`;

/** Roles are in no region. */
export const partitionOf = (region: string): string => {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
};

/** Each once and in order, so that the same configuration gives the same policy to the letter. */
export const distinct = (items: string[]): string[] => [...new Set(items)].toSorted();

export const clusterNameOf = ({ cluster }: NamedTarget): string => cluster.split("/").at(-1)!;
export const clusterArns = (names: Names): string[] =>
  distinct(names.targets.map((target) => arnOf(names, "ecs", `cluster/${clusterNameOf(target)}`)));

/** A rule's ARN is its listener's and its own id, which is known only once it is made. */
export const rulesOf = (names: Names, targets = names.targets): string[] =>
  distinct(targets.flatMap(({ resources }) => resources.listeners)).map(
    (listener) => `${listener.replace(":listener/", ":listener-rule/")}/*`,
  );

export const all = (
  names: Names,
  of: (resources: Resources) => string[],
  where: (target: NamedTarget) => boolean = () => true,
): string[] => distinct(names.targets.filter(where).flatMap(({ resources }) => of(resources)));

/** The revisions of these families. */
export const revisionsOf = (names: Names): string[] =>
  all(names, ({ families }) => families).map((family) => arnOf(names, "ecs", `task-definition/${family}:*`));

export const targetNames = (names: Names): string[] => distinct(names.targets.map(({ name }) => name));
