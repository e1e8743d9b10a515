import * as rds from "@aws-sdk/client-rds";
import type { Handlers } from "../../wire/server.ts";
import { awsError } from "../../wire/service.ts";
import { describeSnapshot } from "./describe.ts";
import { invalidValue, refuseOthers } from "./errors.ts";
import { lookedUp } from "./identifiers.ts";
import { setStatus } from "./lifecycle.ts";
import { matches, page } from "./pages.ts";
import { copyContent, fill, newSnapshot, requireAvailable } from "./snapshots.ts";
import { findInstance, findSnapshot, isUsable, type Snapshot, type Store } from "./store.ts";
import { checkedTags, withTags } from "./tags.ts";

const FILTERS: Record<string, (snapshot: Snapshot) => (string | undefined)[]> = {
  "db-instance-id": ({ source }) => [source.identifier],
  "db-snapshot-id": ({ identifier }) => [identifier],
  "dbi-resource-id": ({ source }) => [source.resourceId],
  "snapshot-type": ({ type }) => [type],
  engine: ({ settings }) => [settings.Engine],
};
const TYPES = ["automated", "manual", "shared", "public", "awsbackup"];

export function snapshotHandlers(store: Store) {
  const { world, databases, snapshots } = store;
  return {
    async CreateDBSnapshot(input) {
      refuseOthers("CreateDBSnapshot", input, ["DBSnapshotIdentifier", "DBInstanceIdentifier", "Tags"]);
      const instance = findInstance(store, input.DBInstanceIdentifier!);
      const tags = checkedTags(input.Tags);
      if (!isUsable(instance))
        throw awsError(
          rds.InvalidDBInstanceStateFault$,
          `Cannot create a snapshot because the database instance ${instance.identifier} is not currently in the available state.`,
        );
      const inherited = instance.settings.CopyTagsToSnapshot ? instance.tags : [];
      const snapshot = newSnapshot(store, instance, input.DBSnapshotIdentifier!, withTags(inherited, tags));
      const answer = { DBSnapshot: describeSnapshot(store, snapshot) };
      setStatus(store, instance, "backing-up");
      await fill(store, snapshot, async () => {
        if (instance.status === "backing-up") setStatus(store, instance, instance.rest);
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
      if (type !== undefined && !TYPES.includes(type))
        throw invalidValue(`Invalid snapshot type: ${type}. It must be one of ${TYPES.join(", ")}`);
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
      const { status } = snapshot;
      snapshots.delete(snapshot.identifier);
      if (status === "available") await databases.removeSnapshot(snapshot.contentId);
      return { DBSnapshot: { ...describeSnapshot(store, snapshot), Status: "deleted" } };
    },
    async CopyDBSnapshot(input) {
      refuseOthers("CopyDBSnapshot", input, [
        "SourceDBSnapshotIdentifier",
        "TargetDBSnapshotIdentifier",
        "Tags",
        "CopyTags",
      ]);
      const original = findSnapshot(store, input.SourceDBSnapshotIdentifier!);
      requireAvailable(original, "copy");
      const tags = withTags(input.CopyTags ? original.tags : [], checkedTags(input.Tags));
      const copy = newSnapshot(store, original.source, input.TargetDBSnapshotIdentifier!, tags);
      await copyContent(store, original, copy);
      const answer = { DBSnapshot: describeSnapshot(store, copy) };
      copy.createTime = world.clock.now();
      return answer;
    },
  } satisfies Handlers<typeof rds>;
}
