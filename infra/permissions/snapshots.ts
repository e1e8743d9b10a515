import { TARGET_TAG } from "../../src/aws/tags.ts";
import { databaseArns, type Kind, snapshotArns, withDatabase } from "./databases.ts";
import type { Grant } from "./grant.ts";
import { type Names, targetNames } from "./names.ts";

/** The snapshot of the window, the one before it, and those that are not kept. */
export const snapshots = (names: Names): Grant[] =>
  (["instance", "cluster"] as const).flatMap((kind) => of(names, kind));

const WORDS = {
  instance: { of: "Instances", create: "rds:CreateDBSnapshot", delete: "rds:DeleteDBSnapshot" },
  cluster: { of: "Clusters", create: "rds:CreateDBClusterSnapshot", delete: "rds:DeleteDBClusterSnapshot" },
} as const;

function of(names: Names, kind: Kind): Grant[] {
  const databases = withDatabase(names, kind);
  if (databases.length === 0) return [];
  const words = WORDS[kind];
  const ours = snapshotArns(names, kind);
  const ofTargets = { StringEquals: { [`aws:RequestTag/${TARGET_TAG}`]: targetNames(names) } };
  const identifiers = databases.map(({ identifier }) => identifier);
  return [
    {
      sid: `Snapshot${words.of}`,
      why: "The data as it is before anything migrates it",
      actions: [words.create],
      resources: [...databaseArns(names, kind, identifiers), ...ours],
      conditions: ofTargets,
    },
    {
      sid: `TagSnapshotsOf${words.of}`,
      why: "Of which operation and target a snapshot is, and how that operation ended",
      actions: ["rds:AddTagsToResource"],
      resources: ours,
      conditions: { "ForAllValues:StringLike": { "aws:TagKeys": "intermission:*" } },
    },
    {
      sid: `CopyTagsToSnapshotsOf${words.of}`,
      why: "RDS copies the database's tags where that is its setting, in the caller's name",
      actions: ["rds:AddTagsToResource"],
      resources: ours,
      conditions: { Bool: { "rds:TagsFromRequest": "false" } },
    },
    {
      sid: `PruneSnapshotsOf${words.of}`,
      why: "Snapshots of ours beyond `snapshot.keep`, and the one that only made the next one small",
      actions: [words.delete],
      resources: ours,
      conditions: { StringEquals: { [`aws:ResourceTag/${TARGET_TAG}`]: targetNames(names) } },
    },
  ];
}
