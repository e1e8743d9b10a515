import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import type { SurveyedService } from "../procedures/resources-of.ts";
import { isOfDatabase } from "../procedures/same-database.ts";
import type { ChosenService } from "./found.ts";
import type { InitProblem } from "./init-problem.ts";

/** The container of each service that runs the application, or a problem for each service whose container a person must name. */
export function chooseContainers(
  services: SurveyedService[],
  wanted: string[],
): { chosen: ChosenService[]; problems: InitProblem[] } {
  const answers = services.map((each) => chooseContainer(each, wanted));
  const used = new Set(services.flatMap(({ definition }) => namesOf(definition.containerDefinitions)));
  return {
    chosen: answers.flatMap((answer) => ("container" in answer ? [answer] : [])),
    problems: [
      ...answers.flatMap((answer) => ("next" in answer ? [answer] : [])),
      ...wanted
        .filter((name) => !used.has(name))
        .map((name) => ({
          about: `--container ${name}`,
          expected: "a container of one of the services' task definitions",
          found: [...used].join(", "),
          next: "Name one of these",
        })),
    ],
  };
}

function chooseContainer(surveyed: SurveyedService, wanted: string[]): ChosenService | InitProblem {
  const { service, definition, family } = surveyed;
  const containers = definition.containerDefinitions ?? [];
  const choose = (container: ContainerDefinition, because: string): ChosenService => ({
    ...surveyed,
    container: container.name ?? "",
    image: container.image ?? "",
    because,
  });
  const named = containers.find(({ name = "" }) => wanted.includes(name));
  if (named) return choose(named, "as --container says");
  const [only, ...others] = containers;
  if (only && !others.length) return choose(only, "the only container");

  const served = service.loadBalancers.map(({ containerName }) => containerName);
  const onDatabase = containers.filter(usesDatabase);
  const behind = containers.filter(({ name = "" }) => served.includes(name));
  const [best] = onDatabase;
  // In front of the application there may be a web server, which the load balancer asks, and beside it anything that asks the database.
  if (best && onDatabase.length === 1 && (behind.length === 0 || behind.includes(best)))
    return choose(best, "it is told of a database, and no other container is");
  return {
    about: `service ${service.name}`,
    expected: "one container that can only be the application's",
    found: `in ${family}: ${containers.map((container) => inWords(container, served)).join("; ")}`,
    next: "Say with --container which one runs the application's image (again for each name, where services differ)",
  };
}

const usesDatabase = ({ environment = [], secrets = [] }: ContainerDefinition): boolean =>
  [...environment, ...secrets].some(({ name = "" }) => isOfDatabase(name));

const namesOf = (containers: ContainerDefinition[] = []) => containers.flatMap(({ name }) => name ?? []);

const inWords = (container: ContainerDefinition, served: string[]): string => {
  const { name = "", image = "", portMappings = [] } = container;
  const facts = [
    image,
    ...portMappings.map(({ containerPort }) => `port ${containerPort}`),
    ...(served.includes(name) ? ["behind the load balancer"] : []),
    ...(usesDatabase(container) ? ["told of a database"] : []),
  ];
  return `${name} (${facts.join(", ")})`;
};
