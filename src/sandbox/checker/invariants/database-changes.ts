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
  ];
}

function goneSnapshots({ before, after, moments }: Story): Change[] {
  const aside = moments.restored.map((restored) => restored.aside);
  return allSnapshots(before).flatMap((was) => {
    const is = find(allSnapshots(after), was);
    if (is)
      return differences(was.state, is.state)
        .filter(({ path, after }) => !(OF_DATABASE.test(path) && aside.includes(String(after))))
        .map(({ path, ...change }) => ({ ...named(was), what: path, ...change }));
    const prunable = moments.ending.kind === "succeeded" && tagOf(was, "intermission:outcome") === "succeeded";
    return prunable ? [] : [{ ...named(was), what: "existence", before: was.status, after: undefined }];
  });
}

/** A snapshot goes with the data that it was taken of, whatever name that has now. */
const OF_DATABASE = /^DB(Instance|Cluster)Identifier$/;

/** The operation's own snapshot, which nobody waits for any more once everything is put back, keeps its database busy. */
const isBackingUpForUs = (
  { after, operation }: Story,
  status: string,
  { of, kind }: Pick<Snapshot, "of" | "kind">,
): boolean =>
  status === "backing-up" &&
  allSnapshots(after).some(
    (snapshot) =>
      snapshot.status === "creating" &&
      snapshot.kind === kind &&
      snapshot.of === of &&
      tagOf(snapshot, "intermission:operation") === operation.id,
  );

function newSnapshots({ before, after, operation, moments }: Story): Change[] {
  const known = allSnapshots(before);
  const added = allSnapshots(after).filter((snapshot) => !find(known, snapshot));
  const own = added.filter((snapshot) => tagOf(snapshot, "intermission:operation") === operation.id);
  const wanted = moments.ending.kind === "succeeded" ? own.filter(({ status }) => status === "available") : own;
  const kept = moments.ending.kind === "refused" ? undefined : wanted[0];
  return added
    .filter((snapshot) => snapshot !== kept)
    .map((snapshot) => ({ ...named(snapshot), what: "existence", before: undefined, after: snapshot.status }));
}

const find = (snapshots: Snapshot[], { kind, identifier }: Snapshot) =>
  snapshots.find((snapshot) => snapshot.kind === kind && snapshot.identifier === identifier);
const named = ({ identifier }: Snapshot) => ({ resource: identifier, name: identifier });
