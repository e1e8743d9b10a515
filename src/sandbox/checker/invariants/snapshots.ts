import type { CloudState } from "../cloud-state.ts";

/** A snapshot of an instance or of a cluster. Both may have the same name. */
export type Snapshot = {
  kind: "instance" | "cluster";
  identifier: string;
  of: string;
  status: string;
  tags: { Key?: string; Value?: string }[];
  /** All that the cloud says of it. */
  state: unknown;
};

export const allSnapshots = ({ rds }: CloudState): Snapshot[] => [
  ...rds.snapshots.map((state) => ({
    kind: "instance" as const,
    identifier: state.DBSnapshotIdentifier,
    of: String(state.DBInstanceIdentifier),
    status: state.Status,
    tags: state.TagList,
    state,
  })),
  ...rds.clusterSnapshots.map((state) => ({
    kind: "cluster" as const,
    identifier: state.DBClusterSnapshotIdentifier,
    of: state.DBClusterIdentifier,
    status: state.Status,
    tags: state.TagList,
    state,
  })),
];

export const tagOf = ({ tags }: Snapshot, key: string): string | undefined =>
  tags.find(({ Key }) => Key === key)?.Value;
