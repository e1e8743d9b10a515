import { type Check, fail, given, none, ok } from "./check.ts";

const NETWORK_MODES = ["awsvpc", "bridge", "host"];

/** What runs, and who runs it. */
export const serviceChecks: Check[] = [
  {
    name: "services-exist",
    looked: ({ target }) =>
      `services ${target.services.map(({ name }) => name).join(", ")} in cluster ${target.cluster}`,
    expected: "each exists, is ACTIVE and is deployed by ECS itself",
    find: ({ target, discovery }) =>
      given(discovery.services, (services) => {
        const missing = target.services.filter(({ name }) => !services.some((service) => service.name === name));
        const inactive = services.filter(({ status }) => status !== "ACTIVE");
        const foreign = services.filter(({ controller }) => controller !== "ECS");
        const strategy = services.filter(
          ({ settings }) =>
            !["ROLLING", undefined].includes(settings.deploymentConfiguration.strategy as string | undefined),
        );
        const problems = [
          ...missing.map(({ name }) => `${name} does not exist`),
          ...inactive.map(({ name, status }) => `${name} is ${status}`),
          ...foreign.map(({ name, controller }) => `${name} is deployed by ${controller}`),
          ...strategy.map(
            ({ name, settings }) => `${name} is deployed ${String(settings.deploymentConfiguration.strategy)}`,
          ),
        ];
        return none(
          problems,
          String,
          `${services.length} found`,
          "Name existing services with the ECS deployment controller and rolling deployments",
        );
      }),
  },
  {
    name: "services-are-steady",
    looked: () => "deployments and counts of the services",
    expected: "one completed deployment each, running as many nodes as desired, at least one",
    find: ({ discovery }) =>
      given(discovery.services, (services) => {
        const restless = services.filter(
          ({ deployments, desiredCount, runningCount, pendingCount }) =>
            deployments.length !== 1 ||
            deployments[0]?.rolloutState !== "COMPLETED" ||
            desiredCount < 1 ||
            runningCount !== desiredCount ||
            pendingCount > 0,
        );
        const words = ({ name, deployments, runningCount, desiredCount }: (typeof services)[number]) =>
          `${name}: ${runningCount} of ${desiredCount} running, deployments ${deployments.map(({ rolloutState }) => rolloutState).join(", ")}`;
        return none(
          restless,
          words,
          services.map(({ name, runningCount }) => `${name}: ${runningCount}`).join(", "),
          "Wait until the services are steady, or find out why they are not",
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
  {
    name: "leader-needs-no-service",
    looked: ({ target }) => `service ${target.services[0]?.name}`,
    expected: "neither Service Connect nor service discovery: the leader runs as a standalone task, which has neither",
    find: ({ target, discovery }) =>
      given(discovery.services, (services) => {
        const leader = services.find(({ name }) => name === target.services[0]?.name);
        return leader?.serviceConnect || leader?.serviceRegistries
          ? fail("it uses them", "Such a target is not supported")
          : ok("it uses neither");
      }),
  },
  {
    name: "no-strangers",
    looked: () => "running tasks of the services' task definition families",
    expected: "none outside the services: they would write to the database during the window",
    find: ({ discovery }) =>
      given(discovery.shapes, (shapes) =>
        none(
          shapes.flatMap(({ strangers }) => strangers),
          ({ arn, group, startedBy }) => `${arn} (${group}${startedBy ? `, started by ${startedBy}` : ""})`,
          "none",
          "Name the services that they belong to in the configuration; stop the others, or wait until they have ended",
        ),
      ),
  },
];
