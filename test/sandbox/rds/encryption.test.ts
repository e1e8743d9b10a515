import * as sdk from "@aws-sdk/client-rds";
import { describe, expect, it } from "vitest";
import { inRds } from "./rds-world.ts";

const KmsKeyId = "arn:aws:kms:eu-west-1:111122223333:key/crm";
const disabled = { StorageEncrypted: true, KmsKeyId: "arn:aws:kms:eu-west-1:111122223333:key/disabled-crm" };

describe("an encrypted instance", () => {
  it(
    "passes its key on through snapshot and restore, and an unencrypted one gets a key by a copy",
    inRds(async ({ client, made, taken, instance, snapshot, untilSnapshot }) => {
      await made("crm-db", { StorageEncrypted: true, KmsKeyId });
      await taken("one");
      expect(await snapshot("one")).toMatchObject({ Encrypted: true, KmsKeyId });
      await client.restoreDBInstanceFromDBSnapshot({ DBInstanceIdentifier: "restored", DBSnapshotIdentifier: "one" });
      expect(await instance("restored")).toMatchObject({ StorageEncrypted: true, KmsKeyId });

      await made("plain");
      await taken("plain-one", "plain");
      expect(await snapshot("plain-one")).toMatchObject({ Encrypted: false });
      await client.copyDBSnapshot({
        SourceDBSnapshotIdentifier: "plain-one",
        TargetDBSnapshotIdentifier: "encrypted",
        KmsKeyId,
      });
      await untilSnapshot("encrypted");
      expect(await snapshot("encrypted")).toMatchObject({ Encrypted: true, KmsKeyId });
    }),
  );

  it(
    "has the account's key where none is given, and refuses a key without encryption",
    inRds(async ({ create, instance }) => {
      await create("crm-db", { StorageEncrypted: true });
      expect((await instance("crm-db")).KmsKeyId).toMatch(/^arn:aws:kms:/);
      await expect(create("other", { KmsKeyId })).rejects.toMatchObject({ name: "InvalidParameterCombination" });
    }),
  );
});

describe("a key that was disabled", () => {
  it(
    "makes snapshots, copies and replicas of an instance fail",
    inRds(async ({ client, made, taken }) => {
      await made("crm-db", disabled);
      const refused = (call: Promise<unknown>) => expect(call).rejects.toThrow(sdk.KMSKeyNotAccessibleFault);
      await refused(client.createDBSnapshot({ DBInstanceIdentifier: "crm-db", DBSnapshotIdentifier: "one" }));
      await refused(
        client.createDBInstanceReadReplica({ DBInstanceIdentifier: "r", SourceDBInstanceIdentifier: "crm-db" }),
      );
      await made("plain");
      await taken("plain-one", "plain");
      const copy = { SourceDBSnapshotIdentifier: "plain-one", TargetDBSnapshotIdentifier: "copy" };
      await refused(client.copyDBSnapshot({ ...copy, KmsKeyId: disabled.KmsKeyId }));
    }),
  );

  it(
    "makes the restore of what it encrypts fail",
    inRds(async ({ client, made, sleep }) => {
      await made("crm-db", disabled);
      await client.deleteDBInstance({ DBInstanceIdentifier: "crm-db", FinalDBSnapshotIdentifier: "last" });
      await sleep(180_000);
      await expect(
        client.restoreDBInstanceFromDBSnapshot({ DBInstanceIdentifier: "crm-db", DBSnapshotIdentifier: "last" }),
      ).rejects.toThrow(sdk.KMSKeyNotAccessibleFault);
    }),
  );

  it(
    "makes a cluster's snapshot fail, and the restore that names it",
    inRds(async ({ client, createCluster, untilCluster }) => {
      await createCluster("crm", disabled);
      await createCluster("plain");
      await untilCluster("plain", "available");
      const snapshot = (name: string) =>
        client.createDBClusterSnapshot({ DBClusterIdentifier: name, DBClusterSnapshotIdentifier: `${name}-one` });
      await expect(snapshot("crm")).rejects.toThrow(sdk.KMSKeyNotAccessibleFault);
      await snapshot("plain");
      await untilCluster("plain", "available");
      await expect(
        client.restoreDBClusterFromSnapshot({
          DBClusterIdentifier: "restored",
          SnapshotIdentifier: "plain-one",
          Engine: "aurora-postgresql",
          KmsKeyId: disabled.KmsKeyId,
        }),
      ).rejects.toThrow(sdk.KMSKeyNotAccessibleFault);
    }),
  );
});
