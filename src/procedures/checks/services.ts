import type { DeploymentConfiguration } from "@aws-sdk/client-ecs";
import type { EcsService } from "../../aws/ecs-shapes.ts";
import { type Check, fail, given, none, ok } from "./check.ts";

/** Why UpdateService cannot stop and start the service's nodes as the window needs it. */
function obstacleOf({
  schedulingStrategy,
  controller,
  settings,
}: EcsService): { found: string; fix: string } | undefined {
  if (schedulingStrategy === "DAEMON")
    return {
      found: "is a DAEMON: it runs one node on each container instance and has no count that could be 0",
      fix: "Create it anew with the scheduling strategy REPLICA (that cannot be changed), with the placement constraint distinctInstance",
    };
  if (controller === "CODE_DEPLOY")
    return {
      found:
        "is deployed by CodeDeploy, which owns its task sets and the load balancer's rules: ECS would not take a revision for it",
      fix: "Change it to the deployment controller ECS (UpdateService takes deploymentController), or create it anew with it",
    };
  if (controller !== "ECS")
    return {
      found: `is deployed by a controller of yours (${controller}), which owns its task sets`,
      fix: "Create it anew with the deployment controller ECS, or do the upgrade with that controller",
    };
  const { strategy } = settings.deploymentConfiguration as DeploymentConfiguration;
  if (strategy === undefined || strategy === "ROLLING") return undefined;
  return {
    found: `is deployed ${strategy}: old and new nodes would run side by side, and ECS moves the load balancer's rules meanwhile`,
    fix: "Set its deployment strategy to ROLLING (UpdateService, deploymentConfiguration.strategy), and back once the upgrade is done",
  };
}

const NETWORK_MODES = ["awsvpc", "bridge", "host"];

/** What runs, and who runs it. */
export const serviceChecks: Check[] = [
  {
    name: "services-exist",
    looked: ({ target }) =>
      `services ${target.services.map(({ name }) => name).join(", ")} in cluster ${target.cluster}`,
    expected: "each exists and is ACTIVE",
    find: ({ target, discovery }) =>
      given(discovery.services, (services) => {
        const missing = target.services.filter(({ name }) => !services.some((service) => service.name === name));
        const inactive = services.filter(({ status }) => status !== "ACTIVE");
        return none(
          [
            ...missing.map(({ name }) => `${name} does not exist`),
            ...inactive.map(
              ({ name, status }) => `${name} is ${status}: somebody has deleted it, and it ends its tasks`,
            ),
          ],
          String,
          `${services.length} found`,
          "Correct the names in the configuration; a deleted service is created anew under its name once it is gone",
        );
      }),
  },
  {
    name: "services-can-be-operated",
    looked: () => "how the services are scheduled and deployed",
    expected:
      "counts that can be 0, and rolling deployments by ECS itself: anything else starts nodes that nobody asked for",
    find: ({ discovery }) =>
      given(discovery.services, (services) => {
        const obstacles = services.flatMap((service) => {
          const obstacle = obstacleOf(service);
          return obstacle ? [{ name: service.name, ...obstacle }] : [];
        });
        if (obstacles.length === 0) return ok(services.map(({ name }) => name).join(", ") || "none");
        return fail(
          obstacles.map(({ name, found }) => `${name} ${found}`).join("; "),
          obstacles.map(({ name, fix }) => `${name}: ${fix}`).join("; "),
        );
      }),
  },
  {
    name: "containers-exist",
    looked: () => "task definitions of the services",
    expected: "each has the configured container, in network mode awsvpc, bridge or host",
    find: ({ target, discovery }) =>
      given(discovery.shapes, (shapes) => {
        const wrong = shapes.flatMap(({ service, containers, networkMode }) => {
          const name = target.services.find((each) => each.name === service)?.container;
          const absent = containers.some((container) => container.name === name)
            ? []
            : [`${service} has no container ${name}, found ${containers.map((each) => each.name).join(", ")}`];
          return NETWORK_MODES.includes(networkMode)
            ? absent
            : [...absent, `${service} uses network mode ${networkMode}`];
        });
        return none(
          wrong,
          String,
          shapes.map(({ family }) => family).join(", "),
          "Correct `container` in the configuration; a node in another network mode cannot be reached to be verified",
        );
      }),
  },
];
