import {
  CreateDBClusterSnapshotCommand,
  CreateDBSnapshotCommand,
  DeleteDBClusterSnapshotCommand,
  DeleteDBSnapshotCommand,
} from "@aws-sdk/client-rds";
import fc from "fast-check";
import { z } from "zod";
import type { SimulatedCloud } from "../../simulation/simulated-cloud.ts";
import { kind } from "./kind.ts";
import { lasts } from "./lasting.ts";
import { carriedOut, othersOf } from "./others.ts";
import { seconds } from "./seconds.ts";
import { nth, theTarget } from "./the-target.ts";

type DatabaseDisturbance = Parameters<SimulatedCloud["rds"]["disturb"]>[1];

/** Whether it can happen to a database as it is: a cluster's storage grows by itself, and nobody changes what is being changed. */
function happensTo(cloud: SimulatedCloud, disturbance: DatabaseDisturbance): boolean {
  const { database } = theTarget(cloud);
  if (database === undefined) return false;
  try {
    cloud.rds.disturb(database, disturbance);
    return true;
  } catch {
    return false;
  }
}

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

  "restore-fails": kind({
    schema: z.strictObject({ what: z.literal("restore-fails") }),
    any: fc.record({ what: fc.constant("restore-fails" as const) }),
    happen(cloud) {
      const { database } = theTarget(cloud);
      if (database === undefined) return false;
      cloud.rds.disturb(database, { failNextRestore: true });
      lasts(cloud, undefined, () => cloud.rds.disturb(theTarget(cloud).database!, { failNextRestore: false }));
      return true;
    },
  }),

  /** Snapshots get no further: those that are being taken, and those that are begun meanwhile. */
  "snapshots-stall": kind({
    schema: z.strictObject({
      what: z.literal("snapshots-stall"),
      forMs: z.int().min(0).optional().describe("For ever where nothing is said"),
    }),
    any: fc.record(
      { what: fc.constant("snapshots-stall" as const), forMs: seconds({ min: 10, max: 3_600 }) },
      { requiredKeys: ["what"] },
    ),
    weight: 2,
    happen(cloud, { forMs }) {
      const { database } = theTarget(cloud);
      if (database === undefined) return false;
      cloud.rds.disturb(database, { stallSnapshots: true });
      // By then it may have been put aside under another name.
      lasts(cloud, forMs, () => {
        const { instances, clusters } = theTarget(cloud).state.rds;
        for (const { DBInstanceIdentifier: name } of instances) cloud.rds.disturb(name, { stallSnapshots: false });
        for (const { DBClusterIdentifier: name } of clusters) cloud.rds.disturb(name, { stallSnapshots: false });
      });
      return true;
    },
  }),

  /** Somebody or AWS works on it: it can neither be changed nor backed up, and perhaps nobody reaches it. */
  "database-busy": kind({
    schema: z.strictObject({
      what: z.literal("database-busy"),
      status: z.enum(["modifying", "maintenance", "rebooting"]),
      forMs: z.int().min(0),
      cutsOff: z.boolean(),
    }),
    any: fc.record({
      what: fc.constant("database-busy" as const),
      status: fc.constantFrom("modifying" as const, "maintenance" as const, "rebooting" as const),
      forMs: seconds({ min: 5, max: 900 }),
      cutsOff: fc.boolean(),
    }),
    weight: 2,
    happen: (cloud, { status, forMs, cutsOff }) =>
      happensTo(cloud, { busy: { status, ms: forMs, cutsOff: cutsOff || status === "rebooting" } }),
  }),

  "backup-begins": kind({
    schema: z.strictObject({ what: z.literal("backup-begins") }),
    any: fc.record({ what: fc.constant("backup-begins" as const) }),
    happen: (cloud) => happensTo(cloud, { backUp: true }),
  }),

  "storage-full": kind({
    schema: z.strictObject({ what: z.literal("storage-full"), forMs: z.int().min(0) }),
    any: fc.record({
      what: fc.constant("storage-full" as const),
      forMs: seconds({ min: 10, max: 1_800 }),
    }),
    happen(cloud, { forMs }) {
      if (!happensTo(cloud, { storageFull: true })) return false;
      lasts(cloud, forMs, () => happensTo(cloud, { storageFull: false }));
      return true;
    },
  }),

  /** A person's, or a schedule's; the newest there is from then on. */
  "snapshot-taken": kind({
    schema: z.strictObject({ what: z.literal("snapshot-taken") }),
    any: fc.record({ what: fc.constant("snapshot-taken" as const) }),
    happen(cloud) {
      const { database, state } = theTarget(cloud);
      if (database === undefined) return false;
      const { rds } = othersOf(cloud);
      const name = `by-hand-${state.rds.snapshots.length + state.rds.clusterSnapshots.length}`;
      const isCluster = state.rds.clusters.some(({ DBClusterIdentifier }) => DBClusterIdentifier === database);
      return carriedOut(
        isCluster
          ? rds.send(
              new CreateDBClusterSnapshotCommand({ DBClusterIdentifier: database, DBClusterSnapshotIdentifier: name }),
            )
          : rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: database, DBSnapshotIdentifier: name })),
      );
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
