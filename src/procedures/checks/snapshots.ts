import type { Snapshot } from "../../aws/rds-shapes.ts";
import { OPERATION_TAG, OUTCOME_TAG } from "../../aws/tags.ts";
import { takesSnapshot } from "../../operations/request-words.ts";
import { databaseOf, nameOfDatabase } from "../database.ts";
import { backupName, isBackupOf, warmUpName } from "../snapshot.ts";
import { type Check, type CheckInput, type Finding, fail, given, ok, warn } from "./check.ts";

/** Whether the snapshots of the operation can be taken. */
export const snapshotChecks: Check[] = [
  {
    name: "snapshot-fits-in",
    looked: ({ target }) =>
      `manual snapshots of ${databaseOf(target)?.kind ?? "instance"}s in the account's quota, and their names`,
    expected: "room for the snapshots of this operation, and none of their names taken",
    find: (input) =>
      given(input.discovery.database, (database) =>
        given(input.discovery.quotas, (quotas) =>
          given(input.discovery.snapshots, (snapshots) => {
            if (!database || !takesSnapshot(input.request)) return ok("none is taken");
            const taken = takenNames(input, snapshots);
            if (taken.length)
              return fail(
                taken
                  .map(({ identifier }) => `there is a snapshot ${identifier} that is not of this operation`)
                  .join("; "),
                "Delete it or copy it to another name: those that begin with intermission- are ours",
              );
            const quota = database && quotas?.snapshots[database.kind];
            const wanted = input.target.snapshot.warmUp ? 2 : 1;
            if (quota && quota.used + wanted > quota.maximum) return full(input, { ...quota, wanted, snapshots });
            const room = quota ? `${quota.used} of ${quota.maximum}` : "AWS does not say how many there may be";
            return warmUpDisturbs(input)
              ? warn(
                  `${room}; the warm-up stops the disk of ${nameOfDatabase(database)} for seconds to minutes while users are still on: it is in one zone only`,
                  "Leave out snapshot.warmUp, or make the database Multi-AZ",
                )
              : ok(room);
          }),
        ),
      ),
  },
];

const takenNames = ({ operationId }: CheckInput, snapshots: Snapshot[]) =>
  snapshots.filter(
    ({ identifier, tags }) =>
      [backupName(operationId), warmUpName(operationId)].includes(identifier) && tags[OPERATION_TAG] !== operationId,
  );

/** Old ones are pruned at the end only, so that a failure leaves every one that it found. */
function full(
  { target }: CheckInput,
  { used, maximum, wanted, snapshots }: { used: number; maximum: number; wanted: number; snapshots: Snapshot[] },
): Finding {
  const ours = snapshots
    .filter((snapshot) => isBackupOf(target, snapshot) && snapshot.tags[OUTCOME_TAG] === "succeeded")
    .toSorted((a, b) => (a.requestedAt ?? "").localeCompare(b.requestedAt ?? ""));
  const spare = ours
    .slice(0, Math.max(0, ours.length - 1))
    .slice(0, Math.max(wanted, ours.length - target.snapshot.keep));
  return fail(
    `${used} of ${maximum}, and ${wanted} more ${wanted === 1 ? "is" : "are"} needed`,
    [
      spare.length
        ? `Delete those of earlier upgrades that nobody needs: ${spare.map(({ identifier }) => identifier).join(", ")}`
        : "Delete manual snapshots that nobody needs",
      "or ask AWS for a higher quota (Service Quotas, Amazon RDS)",
    ].join(", "),
  );
}

/** RDS suspends the I/O of an instance in one zone while it begins a snapshot; of Multi-AZ ones and clusters it does not. */
const warmUpDisturbs = ({ target, discovery }: CheckInput): boolean =>
  target.snapshot.warmUp &&
  discovery.database.ok &&
  discovery.database.value?.kind === "instance" &&
  !discovery.database.value.multiAz;
