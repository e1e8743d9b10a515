import * as rds from "@aws-sdk/client-rds";
import type { Handlers } from "../../wire/server.ts";
import { awsError } from "../../wire/service.ts";
import { describeSnapshot } from "./describe.ts";
import { requireKey } from "./encryption.ts";
import { invalidValue, refuseOthers } from "./errors.ts";
import { lookedUp, newSnapshotIdentifier } from "./identifiers.ts";
import { restOf, setStatus } from "./lifecycle.ts";
import { isUsable, type Snapshot } from "./model.ts";
import { matches, page } from "./pages.ts";
import { copyContent, dropSnapshot, fill, newSnapshot, requireAvailable } from "./snapshots.ts";
import { findInstance, findSnapshot, type Store, snapshotArn } from "./store.ts";
import { checkedTags, withTags } from "./tags.ts";

const FILTERS: Record<string, (snapshot: Snapshot) => (string | undefined)[]> = {
  "db-instance-id": ({ source }) => [source.identifier],
  "db-snapshot-id": ({ identifier }) => [identifier],
  "dbi-resource-id": ({ source }) => [source.resourceId],
  "snapshot-type": ({ type }) => [type],
  engine: ({ settings }) => [settings.Engine],
};
export const SNAPSHOT_TYPES = ["automated", "manual", "shared", "public", "awsbackup"];

export function snapshotHandlers(store: Store) {
  const { world, snapshots } = store;
  return {
    async CreateDBSnapshot(input) {
      refuseOthers("CreateDBSnapshot", input, ["DBSnapshotIdentifier", "DBInstanceIdentifier", "Tags"]);
      const instance = findInstance(store, input.DBInstanceIdentifier!);
      if (instance.cluster)
        throw invalidValue(
          "The specified instance is a member of a cluster and a snapshot cannot be created directly. Please use the CreateDBClusterSnapshot API instead.",
        );
      const tags = checkedTags(input.Tags);
      if (!isUsable(instance))
        throw awsError(
          rds.InvalidDBInstanceStateFault$,
          `Cannot create a snapshot because the database instance ${instance.identifier} is not currently in the available state.`,
        );
      requireKey(instance.settings.KmsKeyId);
      const inherited = instance.settings.CopyTagsToSnapshot ? instance.tags : [];
      const snapshot = newSnapshot(store, instance, {
        identifier: newSnapshotIdentifier(input.DBSnapshotIdentifier!),
        type: "manual",
        tags: withTags(inherited, tags),
      });
      const answer = { DBSnapshot: describeSnapshot(store, snapshot) };
      setStatus(store, instance, "backing-up");
      await fill(store, snapshot, async () => {
        if (instance.status === "backing-up") setStatus(store, instance, restOf(instance));
      });
      snapshot.createTime = world.clock.now();
      return answer;
    },
    DescribeDBSnapshots(input) {
      const {
        DBSnapshotIdentifier: name,
        DBInstanceIdentifier: of,
        DbiResourceId: resourceId,
        SnapshotType: type,
      } = input;
      if (type !== undefined && !SNAPSHOT_TYPES.includes(type))
        throw invalidValue(`Invalid snapshot type: ${type}. It must be one of ${SNAPSHOT_TYPES.join(", ")}`);
      const passes = matches(input.Filters, FILTERS);
      if (name !== undefined) findSnapshot(store, name);
      const found = [...snapshots.values()].filter(
        (snapshot) =>
          passes(snapshot) &&
          (name === undefined || snapshot.identifier === lookedUp(name)) &&
          (of === undefined || snapshot.source.identifier === lookedUp(of)) &&
          (resourceId === undefined || snapshot.source.resourceId === resourceId) &&
          (type === undefined || snapshot.type === type),
      );
      const { items, Marker } = page(found, ({ identifier }) => identifier, input);
      return { DBSnapshots: items.map((snapshot) => describeSnapshot(store, snapshot)), Marker };
    },
    async DeleteDBSnapshot({ DBSnapshotIdentifier: name }) {
      const snapshot = findSnapshot(store, name!);
      if (snapshot.status === "creating") requireAvailable(snapshot, "delete");
      if (snapshot.type === "automated")
        throw awsError(rds.InvalidDBSnapshotStateFault$, "Only manual snapshots may be deleted.");
      const answer = { DBSnapshot: { ...describeSnapshot(store, snapshot), Status: "deleted" } };
      await dropSnapshot(store, snapshots, snapshot);
      return answer;
    },
    async CopyDBSnapshot(input) {
      refuseOthers("CopyDBSnapshot", input, [
        "SourceDBSnapshotIdentifier",
        "TargetDBSnapshotIdentifier",
        "KmsKeyId",
        "Tags",
        "CopyTags",
      ]);
      const original = findSnapshot(store, input.SourceDBSnapshotIdentifier!);
      requireAvailable(original, "copy");
      const KmsKeyId = input.KmsKeyId ?? original.settings.KmsKeyId;
      for (const key of [original.settings.KmsKeyId, KmsKeyId]) requireKey(key);
      const copy = newSnapshot(store, original.source, {
        identifier: newSnapshotIdentifier(input.TargetDBSnapshotIdentifier!),
        type: "manual",
        tags: withTags(input.CopyTags ? original.tags : [], checkedTags(input.Tags)),
      });
      copy.settings = { ...original.settings, StorageEncrypted: KmsKeyId !== undefined, KmsKeyId };
      await copyContent(store, original, { copy, arn: snapshotArn(world, original.identifier) });
      const answer = { DBSnapshot: describeSnapshot(store, copy) };
      copy.createTime = world.clock.now();
      return answer;
    },
  } satisfies Handlers<typeof rds>;
}
