import { DeleteDBClusterSnapshotCommand, DeleteDBSnapshotCommand } from "@aws-sdk/client-rds";
import fc from "fast-check";
import { z } from "zod";
import { kind } from "./kind.ts";
import { lasts } from "./lasting.ts";
import { carriedOut, othersOf } from "./others.ts";
import { nth, theTarget } from "./the-target.ts";

export const troubledDatabases = {
  /** A crash or a failover: connections are cut, and nothing is written until it is back. */
  "database-crashes": kind({
    schema: z.strictObject({ what: z.literal("database-crashes") }),
    any: fc.record({ what: fc.constant("database-crashes" as const) }),
    weight: 2,
    async happen(cloud) {
      const { database } = theTarget(cloud);
      if (database === undefined) return false;
      await cloud.rds.kill(database);
      return true;
    },
  }),

  "next-snapshot-fails": kind({
    schema: z.strictObject({ what: z.literal("next-snapshot-fails") }),
    any: fc.record({ what: fc.constant("next-snapshot-fails" as const) }),
    weight: 2,
    happen(cloud) {
      const { database } = theTarget(cloud);
      if (database === undefined) return false;
      cloud.rds.disturb(database, { failNextSnapshot: true });
      lasts(cloud, undefined, () => cloud.rds.disturb(theTarget(cloud).database!, { failNextSnapshot: false }));
      return true;
    },
  }),

  "storage-full": kind({
    schema: z.strictObject({ what: z.literal("storage-full"), forMs: z.int().min(0) }),
    any: fc.record({
      what: fc.constant("storage-full" as const),
      forMs: fc.integer({ min: 10, max: 1_800 }).map((s) => s * 1_000),
    }),
    happen(cloud, { forMs }) {
      const { database } = theTarget(cloud);
      const fill = (storageFull: boolean) => {
        try {
          cloud.rds.disturb(database!, { storageFull });
          return true;
        } catch {
          return false; // a cluster's storage grows by itself, and what is being changed cannot be full
        }
      };
      if (database === undefined || !fill(true)) return false;
      lasts(cloud, forMs, () => fill(false));
      return true;
    },
  }),

  "snapshot-deleted": kind({
    schema: z.strictObject({ what: z.literal("snapshot-deleted"), nth: z.int().min(0) }),
    any: fc.record({ what: fc.constant("snapshot-deleted" as const), nth: fc.nat({ max: 1 }) }),
    async happen(cloud, { nth: place }) {
      const { snapshots, clusterSnapshots } = theTarget(cloud).state.rds;
      const available = [
        ...snapshots.map(({ DBSnapshotIdentifier: id, Status }) => ({ id, Status, kind: "instance" })),
        ...clusterSnapshots.map(({ DBClusterSnapshotIdentifier: id, Status }) => ({ id, Status, kind: "cluster" })),
      ].filter(({ Status }) => Status === "available");
      const found = nth(available, place);
      if (!found) return false;
      const { rds } = othersOf(cloud);
      return carriedOut(
        found.kind === "cluster"
          ? rds.send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: found.id }))
          : rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: found.id })),
      );
    },
  }),
};
