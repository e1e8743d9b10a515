import { differences } from "../differences.ts";
import type { Story } from "../story.ts";
import type { Change } from "./as-before.ts";
import { compare } from "./service-changes.ts";

type Instance = Story["after"]["rds"]["instances"][number];
type Snapshot = Story["after"]["rds"]["snapshots"][number];

/** Instances as they were; of snapshots, one more that is the operation's, and fewer only of operations that succeeded. */
export function databaseChanges(story: Story): Change[] {
  const { before, after } = story;
  const current = after.rds.instances.map((instance) =>
    isBackingUpForUs(story, instance) ? { ...instance, DBInstanceStatus: "available" } : instance,
  );
  return [
    ...compare(before.rds.instances, current, ({ DBInstanceIdentifier }) => DBInstanceIdentifier),
    ...goneSnapshots(story),
    ...newSnapshots(story),
  ];
}

function goneSnapshots({ before, after, moments }: Story): Change[] {
  return before.rds.snapshots.flatMap((was) => {
    const is = find(after.rds.snapshots, was);
    if (is) return differences(was, is).map(({ path, ...change }) => ({ ...named(was), what: path, ...change }));
    const prunable = moments.ending.kind === "succeeded" && tag(was, "intermission:outcome") === "succeeded";
    return prunable ? [] : [{ ...named(was), what: "existence", before: was.Status, after: undefined }];
  });
}

/** The operation's own snapshot, which nobody waits for any more once everything is put back, keeps its instance busy. */
const isBackingUpForUs = ({ after, operation }: Story, { DBInstanceStatus, DBInstanceIdentifier }: Instance): boolean =>
  DBInstanceStatus === "backing-up" &&
  after.rds.snapshots.some(
    (snapshot) =>
      snapshot.Status === "creating" &&
      snapshot.DBInstanceIdentifier === DBInstanceIdentifier &&
      tag(snapshot, "intermission:operation") === operation.id,
  );

function newSnapshots({ before, after, operation, moments }: Story): Change[] {
  const added = after.rds.snapshots.filter((snapshot) => !find(before.rds.snapshots, snapshot));
  const own = added.filter((snapshot) => tag(snapshot, "intermission:operation") === operation.id);
  const wanted = moments.ending.kind === "succeeded" ? own.filter(({ Status }) => Status === "available") : own;
  const kept = moments.ending.kind === "refused" ? undefined : wanted[0];
  return added
    .filter((snapshot) => snapshot !== kept)
    .map((snapshot) => ({ ...named(snapshot), what: "existence", before: undefined, after: snapshot.Status }));
}

const find = (snapshots: Snapshot[], { DBSnapshotIdentifier: identifier }: Snapshot) =>
  snapshots.find(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier === identifier);
const tag = ({ TagList }: Snapshot, key: string) => TagList.find(({ Key }) => Key === key)?.Value;
const named = ({ DBSnapshotIdentifier: identifier }: Snapshot) => ({ resource: identifier, name: identifier });
