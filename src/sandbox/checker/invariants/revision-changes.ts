import type { SandboxEvent } from "../../cloud/event-log.ts";
import type { ServiceState } from "../cloud-state.ts";
import { differences } from "../differences.ts";
import { familyOf } from "../scenario.ts";
import type { Story } from "../story.ts";
import type { Change } from "./as-before.ts";

type Container = {
  name: string;
  image?: string;
  cpu?: number;
  essential?: boolean;
  environment?: { name?: string; value?: string }[];
  portMappings?: { containerPort?: number; hostPort?: number; protocol?: string }[];
};
type Registration = {
  family: string;
  networkMode?: string;
  containerDefinitions: Container[];
  tags?: { key?: string; value?: string }[];
};

/**
 * The service's new revision is the old one but for the application's image, further tags, the address of a restored database, and variables that
 * the target says its followers get.
 */
export function revisionChanges(story: Story, was: ServiceState, is: ServiceState): Change[] {
  const { events, scenario } = story;
  const { container } = scenario.services.find(({ name }) => name === was.serviceName)!;
  const [old, current] = [was, is]
    .map(({ taskDefinition }) => registrationOf(events, taskDefinition))
    .map((registration) => registration && withFormerAddress(story, registration))
    .map((registration) => registration && withoutVariables(registration, container, scenario.newVariables ?? []));
  const change = { resource: is.taskDefinition, name: familyOf(is.taskDefinition) };
  if (!old || !current) return [{ ...change, what: "registration", before: old, after: current }];
  const [oldTags, tags] = [old, current].map((one) => new Map(one.tags?.map(({ key, value }) => [key, value])));
  const lostTags = [...oldTags!].filter(
    ([key = "", value]) => tags!.get(key) !== value && !key.startsWith("intermission:"),
  );
  return [
    ...differences(comparable(old, container), comparable(current, container)).map(({ path, ...rest }) => ({
      ...change,
      what: path,
      ...rest,
    })),
    ...lostTags.map(([key, value]) => ({ ...change, what: `tag ${key}`, before: value, after: tags!.get(key) })),
  ];
}

const withoutVariables = (registration: Registration, application: string, names: string[]): Registration => ({
  ...registration,
  containerDefinitions: registration.containerDefinitions.map((container) =>
    container.name === application
      ? { ...container, environment: container.environment?.filter(({ name = "" }) => !names.includes(name)) }
      : container,
  ),
});

/** A database that was restored beside the original one is known to the nodes by its own address. */
function withFormerAddress({ before, moments, scenario }: Story, registration: Registration): Registration {
  const { instances, clusters } = before.rds;
  const instance = instances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === scenario.database);
  const cluster = clusters.find(({ DBClusterIdentifier }) => DBClusterIdentifier === scenario.database);
  const former = (instance?.Endpoint as { Address?: string } | undefined)?.Address ?? (cluster?.Endpoint as string);
  const addresses = moments.restored.map(({ address }) => address).filter(Boolean);
  if (former === undefined || addresses.length === 0) return registration;
  const text = addresses.reduce((all, address) => all.replaceAll(address, former), JSON.stringify(registration));
  return JSON.parse(text) as Registration;
}

/** What an operation that went back has registered and nobody uses must be deregistered: the newest of a family is what people start. */
export function ownRevisions({ events, calls, moments, after, scenario }: Story): Change[] {
  if (moments.ending.kind !== "rolled-back") return [];
  const gone = calls
    .filter(({ operation }) => operation === "DeregisterTaskDefinition")
    .map(({ parameters }) => nameOf((parameters as { taskDefinition?: string }).taskDefinition ?? ""));
  const used = after.ecs.services.map(({ taskDefinition }) => nameOf(taskDefinition));
  const numbers = new Map<string, number>();
  return events.flatMap((event) => {
    if (event.kind !== "call" || event.operation !== "RegisterTaskDefinition" || event.outcome !== "ok") return [];
    const { family } = event.parameters as Registration;
    const number = (numbers.get(family) ?? 0) + 1;
    numbers.set(family, number);
    const resource = `${family}:${number}`;
    const ours = event.at >= moments.requestedAt && event.caller.includes(scenario.runbookCaller);
    if (!ours || gone.includes(resource) || used.includes(resource)) return [];
    return [{ resource, name: family, what: "registration", before: "none, or deregistered", after: "ACTIVE" }];
  });
}

const nameOf = (taskDefinition: string): string => taskDefinition.split("/").at(-1)!;

/** Revision N of a family is its Nth registration. */
function registrationOf(events: readonly SandboxEvent[], taskDefinitionArn: string): Registration | undefined {
  const family = familyOf(taskDefinitionArn);
  const registrations = events.flatMap((event) =>
    event.kind === "call" && event.operation === "RegisterTaskDefinition" && event.outcome === "ok"
      ? [event.parameters as Registration]
      : [],
  );
  const number = Number(taskDefinitionArn.split(":").at(-1));
  return registrations.filter((one) => one.family === family)[number - 1];
}

/** As ECS describes it: what was not said has the value that ECS gives it. */
const comparable = ({ tags: _tags, containerDefinitions, ...rest }: Registration, application: string) =>
  withoutEmpty({
    ...rest,
    containers: Object.fromEntries(
      containerDefinitions.map(({ image, cpu, essential, portMappings, ...container }) => [
        container.name,
        {
          ...container,
          image: container.name === application ? undefined : image,
          cpu: cpu ?? 0,
          essential: essential ?? true,
          portMappings: portMappings?.map(({ hostPort, protocol, ...mapping }) => ({
            ...mapping,
            hostPort: hostPort ?? (rest.networkMode === "bridge" ? 0 : mapping.containerPort),
            protocol: protocol ?? "tcp",
          })),
        },
      ]),
    ),
  });

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(withoutEmpty);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutEmpty(member)]));
}
