import * as rds from "@aws-sdk/client-rds";
import type { Handlers } from "../../wire/server.ts";
import { awsError } from "../../wire/service.ts";
import { begin } from "./begin.ts";
import { describeInstance } from "./describe.ts";
import { requireKey } from "./encryption.ts";
import { invalidCombination, invalidValue, refuseOthers } from "./errors.ts";
import { checkSubnetGroup } from "./groups.ts";
import { pass, revive, settle } from "./lifecycle.ts";
import { isUsable } from "./model.ts";
import { randomBackupWindow, randomMaintenanceWindow } from "./new-instance.ts";
import { pick } from "./pick.ts";
import { securityGroups } from "./security-groups.ts";
import { findInstance, replicasOf, type Store } from "./store.ts";
import { checkedTags } from "./tags.ts";

const MOST_REPLICAS = 15;

/** Members that a replica takes as they are given, and has from its source otherwise. */
const AS_GIVEN = [
  "DBInstanceClass",
  "AvailabilityZone",
  "AutoMinorVersionUpgrade",
  "Iops",
  "StorageThroughput",
  "StorageType",
  "CopyTagsToSnapshot",
  "AllocatedStorage",
  "MaxAllocatedStorage",
  "NetworkType",
] as const;
/** And those that it has not from its source. */
const NEVER_INHERITED = ["MultiAZ", "PubliclyAccessible", "DeletionProtection"] as const;
const OTHERS = [
  "DBInstanceIdentifier",
  "SourceDBInstanceIdentifier",
  "Port",
  "DBParameterGroupName",
  "DBSubnetGroupName",
  "VpcSecurityGroupIds",
  "Tags",
];

/**
 * Replicas by shape: a replica has its source's data as it was when the replica was made. What is written to the source afterwards does
 * not reach it, and unlike a real one it takes writes.
 */
export function replicaHandlers(store: Store) {
  const { world, databases } = store;
  return {
    CreateDBInstanceReadReplica(input) {
      refuseOthers("CreateDBInstanceReadReplica", input, [...AS_GIVEN, ...NEVER_INHERITED, ...OTHERS]);
      if (input.SourceDBInstanceIdentifier === undefined)
        throw invalidValue("The parameter SourceDBInstanceIdentifier must be provided and must not be blank.");
      const source = findInstance(store, input.SourceDBInstanceIdentifier);
      if (source.cluster)
        throw invalidCombination("The source is a member of a DB cluster: add a reader to the DB cluster instead.");
      const refusal = (message: string) => awsError(rds.InvalidDBInstanceStateFault$, message);
      if (!isUsable(source)) throw refusal(`Instance ${source.identifier} is not in available state: ${source.status}`);
      if (source.settings.BackupRetentionPeriod === 0)
        throw refusal(
          "Automated backups are not enabled for this database instance. To enable automated backups, use ModifyDBInstance to set the backup retention period to a non-zero value.",
        );
      if (replicasOf(store, source).length >= MOST_REPLICAS)
        throw invalidValue(`A DB instance can have up to ${MOST_REPLICAS} read replicas`);
      requireKey(source.settings.KmsKeyId);
      checkSubnetGroup(input.DBSubnetGroupName);
      const { MultiAZ = false, PubliclyAccessible = false, DeletionProtection = false } = input;
      const replica = begin(store, {
        identifier: input.DBInstanceIdentifier!,
        settings: {
          ...structuredClone(source.settings),
          ...pick(input, AS_GIVEN),
          ...{ MultiAZ, PubliclyAccessible, DeletionProtection },
          VpcSecurityGroups: securityGroups(input.VpcSecurityGroupIds),
          BackupRetentionPeriod: 0,
          PreferredBackupWindow: randomBackupWindow(world),
          PreferredMaintenanceWindow: randomMaintenanceWindow(world),
        },
        port: input.Port ?? source.port,
        username: source.username,
        parameterGroupName: input.DBParameterGroupName ?? source.parameterGroup.name,
        tags: checkedTags(input.Tags),
        replicaOf: source,
        prepare: async (generation) => {
          const copy = `replica-${generation}`;
          await databases.snapshot(source.generation, copy);
          await databases.restore(copy, generation);
          await databases.removeSnapshot(copy);
        },
      });
      return { DBInstance: describeInstance(store, replica) };
    },
    PromoteReadReplica(input) {
      refuseOthers("PromoteReadReplica", input, ["DBInstanceIdentifier", "BackupRetentionPeriod"]);
      const replica = findInstance(store, input.DBInstanceIdentifier!);
      if (!replica.replicaOf || !isUsable(replica))
        throw awsError(
          rds.InvalidDBInstanceStateFault$,
          replica.replicaOf
            ? `Instance ${replica.identifier} is not in available state: ${replica.status}`
            : `DB Instance is not a read replica: ${replica.identifier}`,
        );
      pass(store, replica, {
        status: "modifying",
        ms: world.latencies.rds.rebootMs,
        work: () => databases.stop(replica.generation, "clean"),
        next: async () => {
          delete replica.replicaOf;
          replica.settings.BackupRetentionPeriod = input.BackupRetentionPeriod ?? 1;
          await revive(store, replica);
          await settle(store, replica);
        },
      });
      return { DBInstance: describeInstance(store, replica) };
    },
  } satisfies Handlers<typeof rds>;
}
