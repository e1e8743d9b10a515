import type { Finding } from "../../targets/findings.ts";
import { parseImageReference } from "../cloud/ecr/image-reference.ts";
import { databaseReferences } from "./database-references.ts";
import { ecsReferences } from "./ecs-references.ts";
import { missing } from "./missing-reference.ts";
import { placeholderProblems } from "./placeholders.ts";
import type { Seed } from "./schema.ts";

/** Every name that the file gives to something, whether or not what it names is right. */
export type KnownNames = {
  images: string[];
  databases: string[];
  loadBalancers: string[];
  targetGroups: string[];
  clusters: string[];
  taskDefinitions: string[];
  services: string[];
};

export function knownNames(raw: unknown): KnownNames {
  const file = record(raw);
  const keys = (section: string) => Object.keys(record(file[section]));
  return {
    images: keys("images"),
    databases: keys("databases"),
    loadBalancers: keys("loadBalancers"),
    targetGroups: Object.values(record(file.loadBalancers)).flatMap((balancer) =>
      Object.keys(record(record(balancer).targetGroups)),
    ),
    clusters: Array.isArray(file.clusters) ? file.clusters.map(String) : [],
    taskDefinitions: keys("taskDefinitions"),
    services: keys("services"),
  };
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

/** Names that name nothing: what the schema of one value cannot see. */
export const brokenReferences = (seed: Seed, known: KnownNames): Finding[] => [
  ...imageReferences(seed),
  ...databaseReferences(seed),
  ...containers(seed, known),
  ...ecsReferences(seed, known),
  ...services(seed, known),
  ...actions(seed),
  ...targetGroupsNamedOnce(seed),
  ...scaling(seed, known),
];

type Path = Finding["path"];

const imageReferences = (seed: Seed): Finding[] =>
  Object.keys(seed.images).flatMap((reference) =>
    parseImageReference(reference)
      ? []
      : [{ path: ["images", reference], expected: "an image reference such as HOST/REPOSITORY:TAG", found: reference }],
  );

function containers(seed: Seed, known: KnownNames): Finding[] {
  return Object.entries(seed.taskDefinitions).flatMap(([family, definition]) =>
    definition.containers.flatMap((container, index) => {
      const path: Path = ["taskDefinitions", family, "containers", index];
      return [
        ...missing([...path, "image"], container.image, known.images, "images"),
        ...Object.entries(container.environment).flatMap(([name, value]) =>
          placeholderProblems(value, known).map((problem) => ({ path: [...path, "environment", name], ...problem })),
        ),
      ];
    }),
  );
}

function services(seed: Seed, known: KnownNames): Finding[] {
  return Object.entries(seed.services).flatMap(([name, service]) => {
    const path: Path = ["services", name];
    const definition = seed.taskDefinitions[service.taskDefinition];
    return [
      ...missing([...path, "cluster"], service.cluster, known.clusters, "clusters"),
      ...missing([...path, "taskDefinition"], service.taskDefinition, known.taskDefinitions, "taskDefinitions"),
      ...service.loadBalancers.flatMap((entry, index) => {
        const at: Path = [...path, "loadBalancers", index];
        const container = definition?.containers.find((each) => each.name === entry.container);
        return [
          ...missing([...at, "targetGroup"], entry.targetGroup, known.targetGroups, "the target groups"),
          ...(definition
            ? missing(
                [...at, "container"],
                entry.container,
                definition.containers.map((each) => each.name),
                `the containers of ${service.taskDefinition}`,
              )
            : []),
          ...(container && container.port !== entry.port
            ? [
                {
                  path: [...at, "port"],
                  expected: `the port of container ${entry.container}: ${container.port ?? "it has none"}`,
                  found: String(entry.port),
                },
              ]
            : []),
        ];
      }),
    ];
  });
}

function actions(seed: Seed): Finding[] {
  return Object.entries(seed.loadBalancers).flatMap(([name, balancer]) => {
    const groups = Object.keys(balancer.targetGroups);
    return balancer.listeners.flatMap((listener, index) => {
      const path: Path = ["loadBalancers", name, "listeners", index];
      const places = [
        { at: [...path, "default"], action: listener.default },
        ...listener.rules.map((rule, number) => ({ at: [...path, "rules", number, "action"], action: rule.action })),
      ];
      return places.flatMap(({ at, action }) => {
        const where = `the target groups of ${name}`;
        if ("targetGroup" in action) return missing([...at, "targetGroup"], action.targetGroup, groups, where);
        if (!("targetGroups" in action)) return [];
        return Object.keys(action.targetGroups).flatMap((group) =>
          missing([...at, "targetGroups"], group, groups, where),
        );
      });
    });
  });
}

function targetGroupsNamedOnce(seed: Seed): Finding[] {
  const seen = new Set<string>();
  return Object.entries(seed.loadBalancers).flatMap(([name, balancer]) =>
    Object.keys(balancer.targetGroups).flatMap((group): Finding[] => {
      const again = seen.has(group);
      seen.add(group);
      return again
        ? [
            {
              path: ["loadBalancers", name, "targetGroups", group],
              expected: "a name that no other target group has",
              found: `"${group}" again`,
            },
          ]
        : [];
    }),
  );
}

const scaling = (seed: Seed, known: KnownNames): Finding[] =>
  seed.scalableTargets.flatMap((target, index) => [
    ...missing(["scalableTargets", index, "service"], target.service, known.services, "services"),
    ...(target.min > target.max
      ? [
          {
            path: ["scalableTargets", index, "min"],
            expected: `at most max, which is ${target.max}`,
            found: String(target.min),
          },
        ]
      : []),
  ]);
