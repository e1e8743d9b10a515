import {
  AddTagsToResourceCommand,
  CreateDBSnapshotCommand,
  type DBSnapshot,
  DeleteDBSnapshotCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  type RDSClient,
} from "@aws-sdk/client-rds";
import { isAwsError } from "./errors.ts";

export type Rds = ReturnType<typeof createRds>;
export type Instance = {
  identifier: string;
  arn: string;
  status: string;
  engine: string;
  engineVersion: string;
  clusterMember: boolean;
  allocatedGibibytes: number;
  /** Host names that lead to it. */
  addresses: string[];
};
export type Snapshot = {
  identifier: string;
  arn: string;
  of: string;
  status: string;
  percent: number;
  /** The time of the CreateDBSnapshot call; kept by copies, unlike SnapshotCreateTime. */
  requestedAt?: string;
  tags: Record<string, string>;
};

export type NewSnapshot = { instance: string; identifier: string; tags: Record<string, string> };

export function createRds(client: RDSClient) {
  async function snapshots(input: { instance?: string; identifier?: string }): Promise<Snapshot[]> {
    const found: Snapshot[] = [];
    for (let marker: string | undefined; ; ) {
      const page = await client.send(
        new DescribeDBSnapshotsCommand({
          DBInstanceIdentifier: input.instance,
          DBSnapshotIdentifier: input.identifier,
          SnapshotType: "manual",
          Marker: marker,
        }),
      );
      found.push(...(page.DBSnapshots ?? []).map(toSnapshot));
      marker = page.Marker;
      if (!marker) return found;
    }
  }

  async function snapshot(identifier: string): Promise<Snapshot | undefined> {
    try {
      return (await snapshots({ identifier }))[0];
    } catch (error) {
      if (isAwsError(error, "DBSnapshotNotFoundFault", "DBSnapshotNotFound")) return undefined;
      throw error;
    }
  }

  return {
    async instance(identifier: string): Promise<Instance | undefined> {
      try {
        const { DBInstances: [instance] = [] } = await client.send(
          new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }),
        );
        return (
          instance && {
            identifier: instance.DBInstanceIdentifier!,
            arn: instance.DBInstanceArn!,
            status: instance.DBInstanceStatus ?? "",
            engine: instance.Engine ?? "",
            engineVersion: instance.EngineVersion ?? "",
            clusterMember: instance.DBClusterIdentifier !== undefined,
            allocatedGibibytes: instance.AllocatedStorage ?? 0,
            addresses: instance.Endpoint?.Address ? [instance.Endpoint.Address] : [],
          }
        );
      } catch (error) {
        if (isAwsError(error, "DBInstanceNotFoundFault", "DBInstanceNotFound")) return undefined;
        throw error;
      }
    },

    snapshot,

    snapshotsOf: (instance: string) => snapshots({ instance }),

    /** When the newest available snapshot of any kind was taken: the next one carries only what changed since. Undefined where there is none. */
    async newestSnapshotAt(instance: string): Promise<string | undefined> {
      const times: string[] = [];
      for (let marker: string | undefined; ; ) {
        const page = await client.send(
          new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: instance, Marker: marker }),
        );
        for (const { Status, SnapshotCreateTime } of page.DBSnapshots ?? [])
          if (Status === "available" && SnapshotCreateTime) times.push(SnapshotCreateTime.toISOString());
        marker = page.Marker;
        if (!marker) return times.toSorted().at(-1);
      }
    },

    /**
     * A snapshot of that name of the same instance is ours from an earlier attempt, and success. That attempt can also show as an
     * instance that cannot be snapshotted, because it is backing up. False where it backs up for another reason, or is in another such state.
     */
    async createSnapshot(input: NewSnapshot): Promise<boolean> {
      try {
        await client.send(new CreateDBSnapshotCommand(createSnapshotInput(input)));
      } catch (error) {
        const wrongState = isAwsError(error, "InvalidDBInstanceState", "InvalidDBInstanceStateFault");
        if (!wrongState && !isAwsError(error, "DBSnapshotAlreadyExists", "DBSnapshotAlreadyExistsFault")) throw error;
        const earlier = await snapshot(input.identifier);
        if (earlier?.of === input.instance) return true;
        if (wrongState) return false;
        throw error;
      }
      return true;
    },

    async tagSnapshot(arn: string, tags: Record<string, string>): Promise<void> {
      await client.send(
        new AddTagsToResourceCommand({
          ResourceName: arn,
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        }),
      );
    },

    /** A snapshot that is gone already is success. */
    async deleteSnapshot(identifier: string): Promise<void> {
      try {
        await client.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: identifier }));
      } catch (error) {
        if (!isAwsError(error, "DBSnapshotNotFoundFault", "DBSnapshotNotFound")) throw error;
      }
    },
  };
}

export const createSnapshotInput = ({ instance, identifier, tags }: NewSnapshot) => ({
  DBInstanceIdentifier: instance,
  DBSnapshotIdentifier: identifier,
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
});

const toSnapshot = (snapshot: DBSnapshot): Snapshot => ({
  identifier: snapshot.DBSnapshotIdentifier!,
  arn: snapshot.DBSnapshotArn!,
  of: snapshot.DBInstanceIdentifier ?? "",
  status: snapshot.Status ?? "",
  percent: snapshot.PercentProgress ?? 0,
  requestedAt: (snapshot.OriginalSnapshotCreateTime ?? snapshot.SnapshotCreateTime)?.toISOString(),
  tags: Object.fromEntries((snapshot.TagList ?? []).map(({ Key, Value }) => [Key!, Value ?? ""])),
});
