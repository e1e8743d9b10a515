import { differences } from "../differences.ts";
import type { Story } from "../story.ts";
import type { Change } from "./as-before.ts";
import { instanceAndClusterChanges } from "./restored-databases.ts";
import { compare } from "./service-changes.ts";
import { allSnapshots, type Snapshot, tagOf } from "./snapshots.ts";

/** Instances, clusters and proxies as they were, but for what a restore cannot keep; of snapshots, one more that is the operation's, and fewer only of operations that succeeded. */
export function databaseChanges(story: Story): Change[] {
  const { before, after } = story;
  const instances = after.rds.instances.map((instance) =>
    isBackingUpForUs(story, instance.DBInstanceStatus, { of: instance.DBInstanceIdentifier, kind: "instance" })
      ? { ...instance, DBInstanceStatus: "available" }
      : instance,
  );
  const clusters = after.rds.clusters.map((cluster) =>
    isBackingUpForUs(story, cluster.Status, { of: cluster.DBClusterIdentifier, kind: "cluster" })
      ? { ...cluster, Status: "available" }
      : cluster,
  );
  return [
    ...instanceAndClusterChanges(story, { ...after, rds: { ...after.rds, instances, clusters } }),
    ...compare(before.rds.proxies, after.rds.proxies, ({ DBProxyName }) => DBProxyName),
    ...goneSnapshots(story),
    ...newSnapshots(story),
    ...deletedBackups(story),
  ];
}

function goneSnapshots(story: Story): Change[] {
  const { before, after, moments } = story;
  const others = namedByOthers(story, SNAPSHOTS.deleted);
  const aside = moments.restored.map((restored) => restored.aside);
  return allSnapshots(before).flatMap((was) => {
    const is = find(allSnapshots(after), was);
    if (is)
      return differences(was.state, is.state)
        .filter(({ path, after }) => !(OF_DATABASE.test(path) && aside.includes(String(after))))
        .map(({ path, ...change }) => ({ ...named(was), what: path, ...change }));
    const prunable = moments.ending.kind === "succeeded" && tagOf(was, "intermission:outcome") === "succeeded";
    return prunable || others.includes(was.identifier)
      ? []
      : [{ ...named(was), what: "existence", before: was.status, after: undefined }];
  });
}

/** A snapshot goes with the data that it was taken of, whatever name that has now. */
const OF_DATABASE = /^DB(Instance|Cluster)Identifier$/;

/** The operation's own snapshot, which nobody waits for any more once everything is put back, keeps its database busy. */
const isBackingUpForUs = (story: Story, status: string, { of, kind }: Pick<Snapshot, "of" | "kind">): boolean =>
  status === "backing-up" &&
  allSnapshots(story.after).some(
    (snapshot) =>
      snapshot.status === "creating" &&
      snapshot.kind === kind &&
      snapshot.of === of &&
      (tagOf(snapshot, "intermission:operation") === story.operation.id ||
        namedByOthers(story, SNAPSHOTS.taken).includes(snapshot.identifier)),
  );

/** What the operation took to be taken back by, and deleted itself. */
function deletedBackups({ calls }: Story): Change[] {
  const isBackup = (parameters: unknown) =>
    ((parameters as { Tags?: Snapshot["tags"] }).Tags ?? []).some(
      ({ Key, Value }) => Key === "intermission:role" && Value === "backup",
    );
  const backups = calls.filter(({ operation, parameters }) => SNAPSHOTS.taken.test(operation) && isBackup(parameters));
  const deleted = calls.filter(({ operation }) => SNAPSHOTS.deleted.test(operation)).map(snapshotIn);
  return backups
    .map(snapshotIn)
    .filter((identifier) => deleted.includes(identifier))
    .map((resource) => ({ resource, name: resource, what: "existence", before: "available", after: undefined }));
}

const SNAPSHOTS = { taken: /^CreateDB(Cluster)?Snapshot$/, deleted: /^DeleteDB(Cluster)?Snapshot$/ };

function snapshotIn({ parameters }: { parameters: unknown }): string {
  const { DBSnapshotIdentifier, DBClusterSnapshotIdentifier } = parameters as Record<string, string | undefined>;
  return DBSnapshotIdentifier ?? DBClusterSnapshotIdentifier ?? "";
}

/** Snapshots that somebody else took or deleted since the operation was requested. */
const namedByOthers = ({ events, moments, scenario }: Story, operation: RegExp): string[] =>
  events.flatMap((event) =>
    event.kind === "call" &&
    event.outcome === "ok" &&
    event.at >= moments.requestedAt &&
    !event.caller.includes(scenario.runbookCaller) &&
    operation.test(event.operation)
      ? [snapshotIn(event)]
      : [],
  );

function newSnapshots(story: Story): Change[] {
  const { before, after, operation, moments } = story;
  const others = namedByOthers(story, SNAPSHOTS.taken);
  const known = allSnapshots(before);
  const added = allSnapshots(after).filter((snapshot) => !find(known, snapshot));
  const own = added.filter((snapshot) => tagOf(snapshot, "intermission:operation") === operation.id);
  const wanted = moments.ending.kind === "succeeded" ? own.filter(({ status }) => status === "available") : own;
  const kept = moments.ending.kind === "refused" ? undefined : wanted[0];
  return added
    .filter((snapshot) => snapshot !== kept && !others.includes(snapshot.identifier))
    .map((snapshot) => ({ ...named(snapshot), what: "existence", before: undefined, after: snapshot.status }));
}

const find = (snapshots: Snapshot[], { kind, identifier }: Snapshot) =>
  snapshots.find((snapshot) => snapshot.kind === kind && snapshot.identifier === identifier);
const named = ({ identifier }: Snapshot) => ({ resource: identifier, name: identifier });
