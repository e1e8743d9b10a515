import type { Mutation } from "../operations/operation.ts";
import type { DatabaseBefore } from "../procedures/database.ts";
import { type Restoration, restorationOf } from "../procedures/restoring/mutations.ts";
import { inState, isBehind, mustBeAnother, onlyWhileNamed, onlyWithout, type Ref } from "./databases.ts";
import type { Wanted } from "./nodes.ts";
import { repointed } from "./repoint-by-hand.ts";
import { aws, awsText, quoted, type Step, until } from "./shell.ts";
import type { Situation } from "./situation.ts";

/** How the data of the snapshot comes to be where the old version looks for it, and what it runs then. */
export type DataComesBack = { steps: Step[]; revised: (wanted: Wanted) => Wanted };

export function dataComesBack(situation: Situation): DataComesBack {
  const { state, target, before, mode, snapshot } = situation;
  const database = before?.database;
  if (!database || snapshot === undefined || target.restore.fence === undefined)
    return { revised: (wanted) => wanted, steps: [byHand(situation)] };
  // A restore that was not finished goes on under the names that it began with.
  const generation = situation.generations + 1;
  const options = { operationId: state.id, snapshot, mode, generation };
  const restoration = restorationOf(target, database, options);
  const { steps, revised } = mode === "repoint" ? repointed(situation, database, restoration.places) : STAYS;
  return {
    revised,
    steps: [
      snapshotIsThere(database.kind, snapshot),
      presentGoesAside(database, target.restore.fence, restoration),
      restoredComes(database, restoration),
      ...(restoration.places.aside ? [namesLeadThere(database, restoration.places.aside)] : []),
      ...steps,
    ],
  };
}

const STAYS: DataComesBack = { steps: [], revised: (wanted) => wanted };

function byHand({ target, before, snapshot }: Situation): Step {
  const why =
    target.database === "none"
      ? "The target has no database that is known here: put its data back by hand, then go on below this step."
      : snapshot === undefined
        ? "There is no snapshot of this operation: put the data back by hand, then go on below this step."
        : `Put the data of the snapshot ${snapshot} in the place of the present, then go on below this step. ${before ? "There is no `restore.fence` in the configuration" : "Nothing was kept of the time before"}, so that no command can be given here.`;
  return { title: "The data comes back", why: [why], commands: ["exit 1"] };
}

const snapshotIsThere = (kind: Ref["kind"], snapshot: string): Step => ({
  title: "The snapshot is there",
  commands: [
    kind === "instance"
      ? until(
          "available",
          awsText("rds", "describe-db-snapshots", "DBSnapshots[0].Status", { "db-snapshot-identifier": snapshot }),
        )
      : until(
          "available",
          awsText("rds", "describe-db-cluster-snapshots", "DBClusterSnapshots[0].Status", {
            "db-cluster-snapshot-identifier": snapshot,
          }),
        ),
  ],
});

const OPERATIONS: Record<string, string> = {
  ModifyDBInstance: "modify-db-instance",
  ModifyDBCluster: "modify-db-cluster",
  RestoreDBInstanceFromDBSnapshot: "restore-db-instance-from-db-snapshot",
  RestoreDBClusterFromSnapshot: "restore-db-cluster-from-snapshot",
  CreateDBInstance: "create-db-instance",
};

/** What the runbook would ask, in the same words. */
const asked = ({ mutation: { operation, parameters } }: { mutation: Mutation }): string =>
  `${aws("rds", OPERATIONS[operation] ?? operation, { "cli-input-json": parameters })} > /dev/null`;

/** Nobody writes to data that is thrown away, and whoever looks for it later finds it. */
function presentGoesAside(database: DatabaseBefore, group: string, { fence, renames, places }: Restoration): Step {
  const { present, aside } = places;
  const behind = [asked(fence), isBehind(present, group), ...inState(present)];
  if (!aside)
    return {
      title: "The present database is fenced off",
      why: [fence.mutation.summary],
      commands: behind,
      goOn: `${present.identifier} is available, behind its fence`,
    };
  return {
    title: "The present database makes room",
    why: [
      fence.mutation.summary,
      ...renames.map(({ mutation }) => mutation.summary),
      "It is known by its resource id: where it has its new name already, nothing of this is done again, for the old name may be the restored one's by now.",
    ],
    commands: renames.map((rename, at) => {
      const { of, to = "", resourceId } = rename.parameters;
      return [
        onlyWhileNamed(of, resourceId, [...(at === 0 ? behind : []), asked(rename)]),
        ...inState({ ...of, identifier: to }),
      ].join("\n");
    }),
    goOn: `${aside.identifier} is available, and its resource id is still ${database.settings.resourceId}`,
  };
}

/** With every setting that a restore can be given, then those that only a change can. */
function restoredComes(
  database: DatabaseBefore,
  { restore, members, change, places: { restored } }: Restoration,
): Step {
  return {
    title: `The snapshot is restored as ${restored.identifier}`,
    why: [
      "That may take hours. What is there already by that name is not restored again.",
      ...(change ? [change.mutation.summary] : []),
    ],
    commands: [
      onlyWithout(restored, [asked(restore)]),
      ...inState(restored),
      `# It must be another one than before, which has the resource id ${database.settings.resourceId}.`,
      mustBeAnother(restored, database.settings.resourceId),
      ...members.map((member) => {
        const of = { kind: "instance" as const, identifier: member.parameters.identifier };
        return [onlyWithout(of, [asked(member)]), ...inState(of)].join("\n");
      }),
      ...(change ? [asked(change), ...inState(restored)] : []),
    ],
    goOn: `${restored.identifier} is available, with the parameter group, security groups, Multi-AZ and deletion protection that the old one has`,
  };
}

function namesLeadThere({ addresses }: DatabaseBefore, aside: Ref): Step {
  return {
    title: "Its names lead to it",
    why: [
      "A renamed database keeps its address, and its old name leads to the restored one about ten minutes later. A node that starts before finds the data that is thrown away, behind its fence.",
    ],
    commands: [
      ...addresses.map((address) => `getent hosts ${quoted(address)} >&2 || true`),
      `look ${quoted(`does each of these resolve, and to another address than ${aside.identifier} has?`)}`,
    ],
    goOn: "each resolves, several times in a row, and to none of the addresses of the one put aside",
  };
}
