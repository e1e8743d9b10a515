import {
  AddTagsToResourceCommand,
  CreateDBClusterSnapshotCommand,
  CreateDBSnapshotCommand,
  DeleteDBClusterSnapshotCommand,
  DeleteDBSnapshotCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBSnapshotsCommand,
  type RDSClient,
} from "@aws-sdk/client-rds";
import { isAwsError } from "./errors.ts";
import { type DatabaseRef, type Snapshot, toClusterSnapshot, toSnapshot } from "./rds-shapes.ts";
import { OPERATION_TAG } from "./tags.ts";

/** Tags must hold `intermission:operation`, by which a snapshot of the same name is known to be our own from an earlier attempt. */
export type NewSnapshot = { of: DatabaseRef; identifier: string; tags: Record<string, string> };

const NOT_FOUND = [
  "DBSnapshotNotFoundFault",
  "DBSnapshotNotFound",
  "DBClusterSnapshotNotFoundFault",
  "DBClusterSnapshotNotFound",
];
const EXISTS = [
  "DBSnapshotAlreadyExists",
  "DBSnapshotAlreadyExistsFault",
  "DBClusterSnapshotAlreadyExists",
  "DBClusterSnapshotAlreadyExistsFault",
];
const WRONG_STATE = [
  "InvalidDBInstanceState",
  "InvalidDBInstanceStateFault",
  "InvalidDBClusterState",
  "InvalidDBClusterStateFault",
];

/** Snapshots that somebody took, of instances and of clusters: RDS has two of each operation, alike but for names. */
export function createRdsSnapshots(client: RDSClient) {
  type Wanted = { of?: string; identifier?: string; type?: "manual" };
  async function list(kind: DatabaseRef["kind"], by: Wanted): Promise<Snapshot[]> {
    const found: Snapshot[] = [];
    for (let marker: string | undefined; ; ) {
      const { page, next } = await (kind === "instance" ? instancePage(by, marker) : clusterPage(by, marker));
      found.push(...page);
      marker = next;
      if (!marker) return found;
    }
  }
  async function instancePage({ of, identifier, type }: Wanted, Marker: string | undefined) {
    const page = await client.send(
      new DescribeDBSnapshotsCommand({
        DBInstanceIdentifier: of,
        DBSnapshotIdentifier: identifier,
        SnapshotType: type,
        Marker,
      }),
    );
    return { page: (page.DBSnapshots ?? []).map(toSnapshot), next: page.Marker };
  }
  async function clusterPage({ of, identifier, type }: Wanted, Marker: string | undefined) {
    const page = await client.send(
      new DescribeDBClusterSnapshotsCommand({
        DBClusterIdentifier: of,
        DBClusterSnapshotIdentifier: identifier,
        SnapshotType: type,
        Marker,
      }),
    );
    return { page: (page.DBClusterSnapshots ?? []).map(toClusterSnapshot), next: page.Marker };
  }

  async function snapshot({ kind, identifier }: DatabaseRef): Promise<Snapshot | undefined> {
    try {
      return (await list(kind, { identifier, type: "manual" }))[0];
    } catch (error) {
      if (isAwsError(error, ...NOT_FOUND)) return undefined;
      throw error;
    }
  }

  return {
    snapshot,

    snapshotsOf: ({ kind, identifier }: DatabaseRef) => list(kind, { of: identifier, type: "manual" }),

    /** When the newest available snapshot of any kind was taken: the next one carries only what changed since. Undefined where there is none. */
    async newestSnapshotAt({ kind, identifier }: DatabaseRef): Promise<string | undefined> {
      const available = (await list(kind, { of: identifier })).filter(({ status }) => status === "available");
      return available
        .flatMap(({ requestedAt }) => requestedAt ?? [])
        .toSorted()
        .at(-1);
    },

    /**
     * A snapshot of that name, of the same database and with the same operation's tag, is ours from an earlier attempt, and success. That
     * attempt can also show as a database that cannot be snapshotted, because it is backing up. False where it backs up for another
     * reason, or is in another such state.
     */
    async createSnapshot(input: NewSnapshot): Promise<boolean> {
      try {
        await (input.of.kind === "instance"
          ? client.send(new CreateDBSnapshotCommand(createSnapshotInput(input)))
          : client.send(new CreateDBClusterSnapshotCommand(createClusterSnapshotInput(input))));
      } catch (error) {
        const wrongState = isAwsError(error, ...WRONG_STATE);
        if (!wrongState && !isAwsError(error, ...EXISTS)) throw error;
        const earlier = await snapshot({ kind: input.of.kind, identifier: input.identifier });
        const same = earlier?.of === input.of.identifier;
        if (same && earlier.tags[OPERATION_TAG] === input.tags[OPERATION_TAG]) return true;
        if (wrongState) return false;
        throw error;
      }
      return true;
    },

    async tagSnapshot(arn: string, tags: Record<string, string>): Promise<void> {
      await client.send(new AddTagsToResourceCommand({ ResourceName: arn, Tags: asTags(tags) }));
    },

    /** A snapshot that is gone already is success. */
    async deleteSnapshot({ kind, identifier }: DatabaseRef): Promise<void> {
      try {
        await (kind === "instance"
          ? client.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: identifier }))
          : client.send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: identifier })));
      } catch (error) {
        if (!isAwsError(error, ...NOT_FOUND)) throw error;
      }
    },
  };
}

export const createSnapshotInput = ({ of, identifier, tags }: NewSnapshot) => ({
  DBInstanceIdentifier: of.identifier,
  DBSnapshotIdentifier: identifier,
  Tags: asTags(tags),
});

export const createClusterSnapshotInput = ({ of, identifier, tags }: NewSnapshot) => ({
  DBClusterIdentifier: of.identifier,
  DBClusterSnapshotIdentifier: identifier,
  Tags: asTags(tags),
});

const asTags = (tags: Record<string, string>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
