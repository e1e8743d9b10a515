import { z } from "zod";
import { DISABLED_KEY } from "../cloud/rds/encryption.ts";
import { NO_INGRESS } from "../cloud/rds/security-groups.ts";

const login = {
  username: z.string().min(1).default("postgres"),
  password: z.string().min(8).default("sandbox-password"),
  databaseName: z.string().min(1).default("app"),
};

const network = {
  securityGroups: z
    .array(z.string().regex(/^sg-[\w-]+$/, "expected the id of a security group, such as sg-crm"))
    .min(1)
    .optional()
    .describe(
      `Ids of EC2 security groups. One that begins with ${NO_INGRESS} has no rule for incoming traffic, so a database that has no other refuses every connection; any other one lets everybody in`,
    ),
};

const keeping = {
  ...network,
  backupWindow: z
    .string()
    .optional()
    .describe(
      "Such as 03:00-03:30, in UTC: when it begins, an instance is backing-up each day. Without one it never is, and a cluster never is either",
    ),
  backupRetentionDays: z.number().int().min(0).max(35).default(1),
  maintenanceWindow: z
    .string()
    .optional()
    .describe("Such as sun:04:00-sun:04:30. It is shown, and nothing happens in it"),
  deletionProtection: z.boolean().default(false),
  kmsKey: z
    .string()
    .optional()
    .describe(
      `The key that the storage is encrypted with. One whose id begins with ${DISABLED_KEY} was disabled since: no snapshot can be taken and none restored`,
    ),
};

const size = {
  class: z.string().default("db.t4g.medium"),
  allocatedStorageGibibytes: z.number().int().min(20).default(20),
};

const instanceSchema = z.strictObject({
  kind: z.literal("instance").default("instance"),
  ...login,
  ...size,
  ...keeping,
  multiAz: z.boolean().default(false).describe("It is shown, and there is no standby"),
});

const clusterSchema = z.strictObject({
  kind: z.literal("aurora"),
  ...login,
  ...keeping,
  backupRetentionDays: z.number().int().min(1).max(35).default(1),
  members: z
    .record(
      z.string().min(1),
      z.strictObject({
        class: z.string().default("db.r6g.large"),
        promotionTier: z.number().int().min(0).max(15).default(1),
      }),
    )
    .describe("Its instances by identifier. The first one writes, the others read; all reach the same data"),
});

const multiAzClusterSchema = z.strictObject({
  kind: z.literal("multi-az-cluster"),
  ...login,
  ...keeping,
  backupRetentionDays: z.number().int().min(1).max(35).default(1),
  class: z.string().default("db.m6gd.large"),
  allocatedStorageGibibytes: z.number().int().min(20).default(100),
  iops: z.number().int().min(1).default(1_000),
});

const of = z.string().min(1);

const replicaSchema = z.strictObject({
  kind: z.literal("replica"),
  of: of.describe(
    "An instance under `databases`. The replica has its data as they are when the sandbox is made, no more",
  ),
  ...network,
});

const proxySchema = z.strictObject({
  kind: z.literal("proxy"),
  of: of.describe("An instance or a cluster under `databases`, which the proxy passes connections on to"),
});

/** What there can be under `databases`. */
export const databaseSchema = z.discriminatedUnion("kind", [
  instanceSchema,
  clusterSchema,
  multiAzClusterSchema,
  replicaSchema,
  proxySchema,
]);

export type DatabaseSeed = z.output<typeof databaseSchema>;
export type DatabaseSeedOf<Kind extends DatabaseSeed["kind"]> = Extract<DatabaseSeed, { kind: Kind }>;
export const isOfKind = <Kind extends DatabaseSeed["kind"]>(
  entry: [string, DatabaseSeed],
  ...kinds: Kind[]
): entry is [string, DatabaseSeedOf<Kind>] => (kinds as string[]).includes(entry[1].kind);
