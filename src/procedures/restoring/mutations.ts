import {
  changeInput,
  fenceInput,
  type ModifyInput,
  memberInput,
  type NewDatabase,
  renameInput,
  restoreClusterInput,
  restoreInstanceInput,
} from "../../aws/rds-restore-inputs.ts";
import type { DatabaseRef } from "../../aws/rds-shapes.ts";
import { GENERATION_TAG, OPERATION_TAG, ROLE_TAG, TARGET_TAG } from "../../aws/tags.ts";
import type { Target } from "../../targets/schema.ts";
import { type DatabaseBefore, nameOfDatabase } from "../database.ts";
import { type Planned, planned } from "../planned.ts";
import { type Places, placesOf, type RestoreOptions } from "./names.ts";

/** A change of a database that must be the one with this id: a name may have passed to another meanwhile. */
export type Change = { of: DatabaseRef; resourceId: string; input: ModifyInput; to?: string };
export type NewMember = { identifier: string; input: ReturnType<typeof memberInput> };

/** Every change that a restore makes to databases, in order. */
export type Restoration = {
  places: Places;
  fence: Planned<Change>;
  /** Of the cluster or instance itself, then of the members. None where the present one stays where it is. */
  renames: Planned<Change>[];
  restore: Planned<NewDatabase>;
  /** The writer's first. None for a Multi-AZ DB cluster, whose instances RDS makes. */
  members: Planned<NewMember>[];
  /** What cannot be given at once; undefined where that is nothing. Its resource id is known once the restore is made. */
  change?: Planned<Omit<Change, "resourceId">>;
};

export function restorationOf(target: Target, database: DatabaseBefore, options: RestoreOptions): Restoration {
  const places = placesOf(database, options);
  return {
    places,
    fence: fencing(target, database, options),
    renames: renaming(database, places, options),
    restore: restoring(target, database, { places, options }),
    members: makingMembers(target, database, { places, options }),
    change: changing(database, { places, options }),
  };
}

export const asPlanned = ({ fence, renames, restore, members, change }: Restoration) => [
  fence,
  ...renames,
  restore,
  ...members,
  ...(change ? [change] : []),
];

const named = (name: string, { generation }: RestoreOptions) => `g${generation}/${name}`;
const modifying = ({ kind }: DatabaseRef) => (kind === "instance" ? "rds:ModifyDBInstance" : "rds:ModifyDBCluster");
const groupsOf = ({ settings }: DatabaseBefore) => settings.own.VpcSecurityGroupIds as string[];
const tagsFor = (target: Target, { operationId, generation }: RestoreOptions) => ({
  [OPERATION_TAG]: operationId,
  [TARGET_TAG]: target.name,
  [ROLE_TAG]: "restored",
  [GENERATION_TAG]: String(generation),
});

function fencing(target: Target, database: DatabaseBefore, options: RestoreOptions): Planned<Change> {
  const { kind, identifier, settings } = database;
  const fence = target.restore.fence ?? "";
  const groups = groupsOf(database);
  const input = fenceInput({ kind, identifier }, [fence]);
  return planned({
    name: named("fence", options),
    phase: "restore",
    call: modifying(database),
    resource: identifier,
    summary: `Put ${nameOfDatabase(database)} behind ${fence}, which lets nobody in: nothing may write to data that is put aside`,
    inverse: `Give it its security groups back: ${groups.join(", ")}`,
    undo: { kind: "unfence", of: kind, identifier, resourceId: settings.resourceId, groups },
    parameters: { of: { kind, identifier }, resourceId: settings.resourceId, input },
    request: { ...input },
  });
}

function renaming(database: DatabaseBefore, places: Places, options: RestoreOptions): Planned<Change>[] {
  const { settings } = database;
  const one = (name: string, of: DatabaseRef, { to, resourceId }: { to: string; resourceId: string }) => {
    const input = renameInput(of, to);
    return planned({
      name: named(name, options),
      phase: "restore",
      call: modifying(of),
      resource: of.identifier,
      summary: `Rename ${nameOfDatabase(of)} to ${to}, with its data as it is now`,
      inverse: `Rename it back to ${of.identifier} once that name is free`,
      undo: { kind: "rename-back", of: of.kind, identifier: of.identifier, aside: to, resourceId },
      parameters: { of, resourceId, input, to },
      request: { ...input },
    });
  };
  if (!places.aside) return [];
  return [
    one("rename", places.present, { to: places.aside.identifier, resourceId: settings.resourceId }),
    ...settings.members.map(({ identifier, resourceId }, index) =>
      one(`rename/${identifier}`, { kind: "instance", identifier }, { to: places.members[index]!.aside!, resourceId }),
    ),
  ];
}

type Making = { places: Places; options: RestoreOptions };

function restoring(target: Target, database: DatabaseBefore, { places, options }: Making): Planned<NewDatabase> {
  const { kind, identifier } = places.restored;
  const { snapshot, generation } = options;
  const parameters = { identifier, snapshot, settings: database.settings, tags: tagsFor(target, options) };
  return planned({
    name: named("restore", options),
    phase: "restore",
    call: kind === "instance" ? "rds:RestoreDBInstanceFromDBSnapshot" : "rds:RestoreDBClusterFromSnapshot",
    resource: identifier,
    summary: `Restore the snapshot ${snapshot} as ${nameOfDatabase(places.restored)}, with the settings that the present one has`,
    inverse: "Delete it, as long as no node has run on it: the snapshot has the same data",
    undo: { kind: "delete-restored", of: kind, identifier, generation, snapshot },
    parameters,
    request: { ...(kind === "instance" ? restoreInstanceInput(parameters) : restoreClusterInput(parameters)) },
  });
}

function makingMembers(
  target: Target,
  { settings }: DatabaseBefore,
  { places, options }: Making,
): Planned<NewMember>[] {
  if (!String(settings.own.Engine).startsWith("aurora")) return [];
  return settings.members.map(({ settings: own }, index) => {
    const identifier = places.members[index]!.restored;
    const cluster = places.restored.identifier;
    const input = memberInput({ identifier, cluster, settings: own, tags: tagsFor(target, options) });
    return planned({
      name: named(`create/${identifier}`, options),
      phase: "restore",
      call: "rds:CreateDBInstance",
      resource: identifier,
      summary: `Create ${identifier} in ${nameOfDatabase(places.restored)}, ${index === 0 ? "as its writer" : "as a reader"}: a restored cluster has no instances`,
      inverse: "Delete it with its cluster",
      undo: {
        kind: "delete-restored",
        of: "instance",
        identifier,
        generation: options.generation,
        snapshot: options.snapshot,
        memberOf: cluster,
      },
      parameters: { identifier, input },
      request: { ...input },
    });
  });
}

function changing({ settings }: DatabaseBefore, { places, options }: Making): Restoration["change"] {
  const input = changeInput(places.restored, settings);
  if (!input) return undefined;
  return planned({
    name: named("settings", options),
    phase: "restore",
    call: modifying(places.restored),
    resource: places.restored.identifier,
    summary: `Give ${nameOfDatabase(places.restored)} the settings that no restore can be given`,
    inverse: "None: it goes with the restored database",
    undo: { kind: "keep", why: "it is a setting of the restored database only" },
    parameters: { of: places.restored, input },
    request: { ...input },
  });
}
