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
  portMappings?: { containerPort?: number; hostPort?: number; protocol?: string }[];
};
type Registration = {
  family: string;
  networkMode?: string;
  containerDefinitions: Container[];
  tags?: { key?: string; value?: string }[];
};

/** The service's new revision is the old one but for the application's image and further tags. */
export function revisionChanges({ events, scenario }: Story, was: ServiceState, is: ServiceState): Change[] {
  const { container } = scenario.services.find(({ name }) => name === was.serviceName)!;
  const [old, current] = [was, is].map(({ taskDefinition }) => registrationOf(events, taskDefinition));
  const change = { resource: is.taskDefinition, name: familyOf(is.taskDefinition) };
  if (!old || !current) return [{ ...change, what: "registration", before: old, after: current }];
  const [oldTags, tags] = [old, current].map((one) => new Map(one.tags?.map(({ key, value }) => [key, value])));
  const lostTags = [...oldTags!].filter(([key, value]) => tags!.get(key) !== value);
  return [
    ...differences(comparable(old, container), comparable(current, container)).map(({ path, ...rest }) => ({
      ...change,
      what: path,
      ...rest,
    })),
    ...lostTags.map(([key, value]) => ({ ...change, what: `tag ${key}`, before: value, after: tags!.get(key) })),
  ];
}

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
