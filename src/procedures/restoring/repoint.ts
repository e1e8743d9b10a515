import type { Database } from "../../aws/rds-shapes.ts";
import { OPERATION_TAG, ROLE_TAG, TARGET_TAG } from "../../aws/tags.ts";
import type { Before, ServiceBefore } from "../before.ts";
import type { DatabaseBefore } from "../database.ts";
import type { PhaseRun } from "../operation-run.ts";
import { type Planned, planned, shortName } from "../planned.ts";
import { onceMore, revisionsOf } from "../revisions.ts";
import { withHosts } from "../same-database.ts";
import type { RestoreOptions } from "./names.ts";

const SERVICE_TAG = "intermission:service";
const roleOf = ({ generation }: Pick<RestoreOptions, "generation">): string => `restored-g${generation}`;
/** The role of a revision that leads the old version to a restored database, of whichever generation. */
export const isOfRestore = (role: string | undefined): boolean => role?.startsWith("restored-g") ?? false;

export const repointing = (before: Before, options: RestoreOptions): Planned<{ service: string }>[] =>
  before.services.map((service) =>
    planned({
      name: `g${options.generation}/register/${service.name}`,
      phase: "restore",
      call: "ecs:RegisterTaskDefinition",
      resource: service.family,
      summary: `Register ${shortName(service.taskDefinitionArn)} once more, with the restored database's address wherever an environment variable has the present one's`,
      inverse: "Deregister the revision",
      undo: { kind: "deregister-task-definition", family: service.family, role: roleOf(options) },
      parameters: { service: service.name },
      request: {
        family: service.family,
        "(everything else)": `as in ${shortName(service.taskDefinitionArn)}, but for the address`,
      },
    }),
  );

/** The old version's revisions anew, by service, with the restored database's addresses where they have the present one's. */
export async function repoint(
  op: PhaseRun,
  before: Before,
  { hosts, options }: { hosts: Record<string, string>; options: RestoreOptions },
): Promise<Record<string, string>> {
  const revisions: Record<string, string> = {};
  for (const mutation of repointing(before, options)) {
    const service = before.services.find(({ name }) => name === mutation.parameters.service)!;
    revisions[service.name] = await op.mutate(mutation, (_, { firstAt }) =>
      register(op, service, { hosts, since: firstAt, role: roleOf(options) }),
    );
  }
  return revisions;
}

async function register(
  op: PhaseRun,
  service: ServiceBefore,
  { hosts, since, role }: { hosts: Record<string, string>; since: string; role: string },
): Promise<string> {
  const registered = await revisionsOf(op.aws, { family: service.family, operationId: op.id, since });
  const ours = registered.find(({ tags }) => tags[SERVICE_TAG] === service.name && tags[ROLE_TAG] === role);
  if (ours) return ours.arn;
  const { definition, tags } = await op.aws.ecs.taskDefinition(service.taskDefinitionArn);
  const own = { [OPERATION_TAG]: op.id, [TARGET_TAG]: op.target.name, [SERVICE_TAG]: service.name, [ROLE_TAG]: role };
  const same = onceMore(definition);
  return op.aws.ecs.registerTaskDefinition({
    ...same,
    containerDefinitions: same.containerDefinitions?.map((container) => ({
      ...container,
      environment: container.environment?.map(({ name, value }) => ({ name, value: value && withHosts(value, hosts) })),
    })),
    tags: Object.entries({ ...tags, ...own }).map(([key, value]) => ({ key, value })),
  });
}

/** Each address of the present database, and those that it has stood for, with the restored one's of the same role. */
export function hostsInstead(present: DatabaseBefore, restored: Database): Record<string, string> {
  const now = new Map(restored.settings.addresses.map(({ role, address }) => [role, address]));
  const direct = Object.fromEntries(
    present.settings.addresses.flatMap(({ role, address }) => {
      const to = now.get(role);
      return to === undefined || to === address ? [] : [[address, to]];
    }),
  );
  const further = Object.entries(present.insteadOf ?? {}).map(([old, its]) => [old, direct[its] ?? its]);
  return { ...Object.fromEntries(further), ...direct };
}
