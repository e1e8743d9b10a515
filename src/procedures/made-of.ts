import { ecrRepositoryOf } from "../operations/image-reference.ts";
import type { OperationRequest } from "../operations/operation.ts";
import type { Resources } from "../targets/resources-schema.ts";
import type { Target } from "../targets/schema.ts";
import type { Discovery } from "./discovery.ts";
import { doorsTo } from "./doors.ts";
import type { Read } from "./read.ts";
import { placeOf, resourcesOf } from "./resources-of.ts";
import { otherWritersOf } from "./writers/other-writers.ts";

/** What an operation comes upon of AWS, in the words of `targets.X.resources`: what it must be permitted to use. */
export function madeOf({
  target,
  request,
  discovery,
}: {
  target: Target;
  request: OperationRequest;
  discovery: Discovery;
}): Read<Resources> {
  const { services, shapes, targetGroups, listeners, database, oldRevisions, writers } = discovery;
  for (const part of [services, shapes, targetGroups, listeners, database, oldRevisions]) if (!part.ok) return part;
  if (!(services.ok && shapes.ok && targetGroups.ok && listeners.ok && database.ok && oldRevisions.ok))
    throw new Error("expected every part to be read by now");
  const groups = targetGroups.value;
  const { partition, account } = placeOf(services.value.map((service) => ({ service })));
  const oldRoles = oldRevisions.value.flatMap(({ roles }) =>
    roles.map((role) => (role.startsWith("arn:") ? role : `arn:${partition}:iam::${account}:role/${role}`)),
  );
  const found = resourcesOf({
    services: services.value.flatMap((service) => {
      const shape = shapes.value.find((each) => each.service === service.name);
      return shape ? [{ service, definition: shape.definition, family: shape.family }] : [];
    }),
    targetGroups: groups,
    doors: doorsTo(
      listeners.value,
      groups.map(({ arn }) => arn),
    ),
    containers: Object.fromEntries(target.services.map(({ name, container }) => [name, container])),
    database: target.restore.fence === undefined ? undefined : database.value,
    paused: otherWritersOf(writers, target, shapes.value).paused,
  });
  return {
    ok: true,
    value: {
      ...found,
      taskRoles: [...new Set([...found.taskRoles, ...oldRoles])],
      repositories: [...new Set([...found.repositories, ...repositoryAsked(request)])],
    },
  };
}

/** The new version may come from another repository than the old one. */
const repositoryAsked = (request: OperationRequest): string[] =>
  request.procedure === "upgrade" ? [ecrRepositoryOf(request.image)].filter((arn) => arn !== undefined) : [];
