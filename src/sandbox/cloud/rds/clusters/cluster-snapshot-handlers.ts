import * as rds from "@aws-sdk/client-rds";
import type { Handlers } from "../../../wire/server.ts";
import { awsError } from "../../../wire/service.ts";
import { requireKey } from "../encryption.ts";
import { invalidValue, refuseOthers } from "../errors.ts";
import { lookedUp } from "../identifiers.ts";
import { setStatus } from "../lifecycle.ts";
import type { ClusterSnapshot } from "../model.ts";
import { matches, page } from "../pages.ts";
import { SNAPSHOT_TYPES } from "../snapshot-handlers.ts";
import { copyContent, dropSnapshot, fill } from "../snapshots.ts";
import { clusterSnapshotArn, findCluster, findClusterSnapshot, type Store } from "../store.ts";
import { checkedTags, withTags } from "../tags.ts";
import { newClusterSnapshot, requireAvailableClusterSnapshot } from "./cluster-snapshots.ts";
import { describeClusterSnapshot } from "./describe-cluster.ts";

const FILTERS: Record<string, (snapshot: ClusterSnapshot) => (string | undefined)[]> = {
  "db-cluster-id": ({ source }) => [source.identifier],
  "db-cluster-snapshot-id": ({ identifier }) => [identifier],
  "snapshot-type": ({ type }) => [type],
  engine: ({ settings }) => [settings.Engine],
};

export function clusterSnapshotHandlers(store: Store) {
  const { world, clusterSnapshots } = store;
  const describe = (snapshot: ClusterSnapshot) => describeClusterSnapshot(store, snapshot);
  return {
    async CreateDBClusterSnapshot({ DBClusterSnapshotIdentifier: name, DBClusterIdentifier, Tags }) {
      const cluster = findCluster(store, DBClusterIdentifier!);
      const tags = checkedTags(Tags);
      if (cluster.status !== "available")
        throw awsError(
          rds.InvalidDBClusterStateFault$,
          `DB cluster ${cluster.identifier} is not in available state: ${cluster.status}`,
        );
      requireKey(cluster.settings.KmsKeyId);
      const inherited = cluster.settings.CopyTagsToSnapshot ? cluster.tags : [];
      const snapshot = newClusterSnapshot(store, cluster, { name: name!, tags: withTags(inherited, tags) });
      const answer = { DBClusterSnapshot: describe(snapshot) };
      setStatus(store, cluster, "backing-up");
      await fill(store, snapshot, async () => {
        if (cluster.status === "backing-up") setStatus(store, cluster, "available");
      });
      return answer;
    },
    DescribeDBClusterSnapshots(input) {
      const {
        DBClusterSnapshotIdentifier: name,
        DBClusterIdentifier: of,
        DbClusterResourceId: resourceId,
        SnapshotType: type,
      } = input;
      if (type !== undefined && !SNAPSHOT_TYPES.includes(type)) throw invalidValue(`Invalid snapshot type: ${type}`);
      const passes = matches(input.Filters, FILTERS);
      if (name !== undefined) findClusterSnapshot(store, name);
      const found = [...clusterSnapshots.values()].filter(
        (snapshot) =>
          passes(snapshot) &&
          (name === undefined || snapshot.identifier === lookedUp(name)) &&
          (of === undefined || snapshot.source.identifier === lookedUp(of)) &&
          (resourceId === undefined || snapshot.source.resourceId === resourceId) &&
          (type === undefined || snapshot.type === type),
      );
      const { items, Marker } = page(found, ({ identifier }) => identifier, input);
      return { DBClusterSnapshots: items.map(describe), Marker };
    },
    async DeleteDBClusterSnapshot({ DBClusterSnapshotIdentifier: name }) {
      const snapshot = findClusterSnapshot(store, name!);
      if (snapshot.status === "creating") requireAvailableClusterSnapshot(snapshot, "delete");
      const answer = { DBClusterSnapshot: { ...describe(snapshot), Status: "deleted" } };
      await dropSnapshot(store, clusterSnapshots, snapshot);
      return answer;
    },
    async CopyDBClusterSnapshot(input) {
      refuseOthers("CopyDBClusterSnapshot", input, [
        "SourceDBClusterSnapshotIdentifier",
        "TargetDBClusterSnapshotIdentifier",
        "KmsKeyId",
        "Tags",
        "CopyTags",
      ]);
      const original = findClusterSnapshot(store, input.SourceDBClusterSnapshotIdentifier!);
      requireAvailableClusterSnapshot(original, "copy");
      const KmsKeyId = input.KmsKeyId ?? original.settings.KmsKeyId;
      for (const key of [original.settings.KmsKeyId, KmsKeyId]) requireKey(key);
      const copy = newClusterSnapshot(store, original.source, {
        name: input.TargetDBClusterSnapshotIdentifier!,
        tags: withTags(input.CopyTags ? original.tags : [], checkedTags(input.Tags)),
      });
      copy.settings = { ...original.settings, StorageEncrypted: KmsKeyId !== undefined, KmsKeyId };
      await copyContent(store, original, { copy, arn: clusterSnapshotArn(world, original.identifier) });
      copy.createTime = world.clock.now();
      return { DBClusterSnapshot: describe(copy) };
    },
  } satisfies Handlers<typeof rds>;
}
