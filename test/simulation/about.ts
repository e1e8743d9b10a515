import type { OperationRequest } from "../../src/operations/operation.ts";
import type { OperationState } from "../../src/operations/state.ts";
import type { CloudState } from "../../src/sandbox/checker/cloud-state.ts";
import type { ScenarioOptions } from "../../src/sandbox/checker/scenario.ts";
import type { SimulatedCloud } from "./simulated-cloud.ts";

type About = Pick<
  ScenarioOptions,
  "procedure" | "newDigest" | "oldDigests" | "snapshot" | "traffic" | "counts" | "restores" | "discards"
>;
type Given = { request: OperationRequest; before: CloudState; takesBack?: OperationState };

/** What the checker must know of an operation, from its request and from how the cloud was before: never from what became of it. */
export function aboutOf(cloud: SimulatedCloud, { request, before, takesBack }: Given): About {
  const { procedure } = request;
  const digestOf = (image: string) => cloud.images.resolve(image)?.digest ?? `no such image: ${image}`;
  switch (procedure) {
    case "upgrade":
      return { procedure, newDigest: digestOf(request.image), snapshot: request.snapshot };
    case "first-start":
      return {
        procedure,
        newDigest: digestOf(registeredImage(cloud, before)),
        snapshot: request.snapshot,
        counts: { ...leastCounts(before), ...request.counts },
      };
    case "maintenance":
      return {
        procedure,
        newDigest: digestOf(registeredImage(cloud, before)),
        snapshot: request.snapshot,
        traffic: request.traffic,
      };
    case "rollback":
      return {
        procedure,
        newDigest: takesBack?.nodes.before[0]?.imageDigest ?? "nothing to take back",
        snapshot: "none",
        restores: takesBack?.snapshot,
        discards: request.discards?.from,
      };
  }
}

/** What the services' first container runs, as it was registered. */
function registeredImage(cloud: SimulatedCloud, { ecs }: CloudState): string {
  const { cluster, services } = [...cloud.configuration.targets.values()][0]!;
  const [{ name, container }] = services as [{ name: string; container: string }];
  const service = ecs.services.find(
    ({ serviceName, clusterArn }) => serviceName === name && clusterArn.endsWith(`/${cluster.split("/").at(-1)}`),
  );
  const [family, revision] = service!.taskDefinition.split("/").at(-1)!.split(":");
  const registrations = cloud.world.log.after().flatMap((event) => {
    if (event.kind !== "call" || event.operation !== "RegisterTaskDefinition" || event.outcome !== "ok") return [];
    const given = event.parameters as { family: string; containerDefinitions: { name: string; image: string }[] };
    return given.family === family ? [given] : [];
  });
  const containers = registrations[Number(revision) - 1]?.containerDefinitions ?? [];
  return containers.find((one) => one.name === container)?.image ?? "no such container";
}

/** What a first start gives a service where nobody says: the least of its scalable target, or else one. */
function leastCounts({ ecs, autoScaling }: CloudState): Record<string, number> {
  return Object.fromEntries(
    ecs.services.map(({ serviceName, clusterArn }) => {
      const id = `service/${clusterArn.split("/").at(-1)}/${serviceName}`;
      const scalable = autoScaling.targets.find(({ ResourceId }) => ResourceId === id);
      return [serviceName, Math.max(1, Number(scalable?.MinCapacity ?? 1))];
    }),
  );
}
