import type { Finding } from "../../targets/findings.ts";
import { missing } from "./missing-reference.ts";
import type { KnownNames } from "./references.ts";
import type { Seed } from "./schema.ts";

/** Names in task definitions, container instances and scheduled tasks that name nothing. */
export const ecsReferences = (seed: Seed, known: KnownNames): Finding[] => [
  ...Object.entries(seed.taskDefinitions).flatMap(([family, { containers, volumes }]) =>
    containers.flatMap((container, index) => {
      const path: Finding["path"] = ["taskDefinitions", family, "containers", index];
      const names = containers.map(({ name }) => name);
      return [
        ...Object.keys(container.dependsOn).flatMap((other) =>
          missing([...path, "dependsOn", other], other, names, `the containers of ${family}`),
        ),
        ...Object.keys(container.mounts).flatMap((volume) =>
          missing([...path, "mounts", volume], volume, Object.keys(volumes), `the volumes of ${family}`),
        ),
      ];
    }),
  ),
  ...seed.containerInstances.flatMap(({ cluster }, index) =>
    missing(["containerInstances", index, "cluster"], cluster, known.clusters, "clusters"),
  ),
  ...Object.entries(seed.scheduledTasks).flatMap(([name, { cluster, taskDefinition }]) => [
    ...missing(["scheduledTasks", name, "cluster"], cluster, known.clusters, "clusters"),
    ...missing(["scheduledTasks", name, "taskDefinition"], taskDefinition, known.taskDefinitions, "taskDefinitions"),
  ]),
];
