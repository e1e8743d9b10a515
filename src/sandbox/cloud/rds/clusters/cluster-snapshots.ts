import {
  DBClusterSnapshotAlreadyExistsFault$,
  InvalidDBClusterSnapshotStateFault$,
  type Tag,
} from "@aws-sdk/client-rds";
import { awsError } from "../../../wire/service.ts";
import { newClusterSnapshotIdentifier } from "../identifiers.ts";
import type { Cluster, ClusterSnapshot } from "../model.ts";
import { checkSnapshotQuota, newContent, requireStatus } from "../snapshots.ts";
import type { Store } from "../store.ts";

/** Reserves a snapshot's name. */
export function newClusterSnapshot(
  store: Store,
  source: Cluster,
  { name, tags }: { name: string; tags: Tag[] },
): ClusterSnapshot {
  const identifier = newClusterSnapshotIdentifier(name);
  if (store.clusterSnapshots.has(identifier))
    throw awsError(
      DBClusterSnapshotAlreadyExistsFault$,
      `Cannot create the cluster snapshot because one with the identifier ${identifier} already exists.`,
    );
  checkSnapshotQuota(store, store.clusterSnapshots.size);
  const snapshot: ClusterSnapshot = {
    ...newContent(store, source, identifier, tags),
    type: "manual",
    settings: structuredClone(source.settings),
  };
  store.clusterSnapshots.set(identifier, snapshot);
  return snapshot;
}

export const requireAvailableClusterSnapshot = (snapshot: ClusterSnapshot, what: string): void =>
  requireStatus(snapshot, what, (message) => awsError(InvalidDBClusterSnapshotStateFault$, message));
