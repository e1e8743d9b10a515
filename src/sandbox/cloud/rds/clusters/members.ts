import { type CreateDBInstanceCommandInput, InvalidDBClusterStateFault$ } from "@aws-sdk/client-rds";
import { awsError } from "../../../wire/service.ts";
import { begin } from "../begin.ts";
import { refresh } from "../endpoints.ts";
import { invalidCombination, invalidValue, refuseOthers } from "../errors.ts";
import { type Cluster, type Instance, isAurora } from "../model.ts";
import { settingsOf } from "../new-instance.ts";
import { pick } from "../pick.ts";
import { findCluster, membersOf, type Store } from "../store.ts";
import { checkedTags } from "../tags.ts";

const AS_GIVEN = [
  "PreferredMaintenanceWindow",
  "MonitoringInterval",
  "MonitoringRoleArn",
  "PerformanceInsightsKMSKeyId",
  "PerformanceInsightsRetentionPeriod",
  "AvailabilityZone",
  "AutoMinorVersionUpgrade",
  "PubliclyAccessible",
  "CACertificateIdentifier",
] as const;
const OTHERS = [
  "DBInstanceIdentifier",
  "DBInstanceClass",
  "Engine",
  "EngineVersion",
  "DBClusterIdentifier",
  "DBParameterGroupName",
  "DBSubnetGroupName",
  "EnablePerformanceInsights",
  "PromotionTier",
  "Tags",
];
/** Who is promoted first where nobody said anything. */
const DEFAULT_PROMOTION_TIER = 1;
/** One writer, 15 readers. */
const MOST_MEMBERS = 16;

/** CreateDBInstance with `DBClusterIdentifier`. A cluster's first member is its writer. */
export function createMember(store: Store, input: CreateDBInstanceCommandInput): Instance {
  refuseOthers("CreateDBInstance (of a DB cluster's member)", input, [...AS_GIVEN, ...OTHERS]);
  const cluster = findCluster(store, input.DBClusterIdentifier!);
  if (!isAurora(cluster))
    throw invalidCombination("DB instances cannot be added to a Multi-AZ DB cluster: it has those that RDS made.");
  if (input.Engine !== cluster.settings.Engine)
    throw invalidCombination(`The engine of the DB instance must be ${cluster.settings.Engine}, its DB cluster's.`);
  if (input.EngineVersion !== undefined && input.EngineVersion !== cluster.settings.EngineVersion)
    throw invalidCombination(`The engine version must be ${cluster.settings.EngineVersion}, the DB cluster's.`);
  if (input.DBInstanceClass === undefined)
    throw invalidValue("The parameter DBInstanceClass must be provided and must not be blank.");
  if (!["available", "backing-up", "modifying"].includes(cluster.status))
    throw awsError(
      InvalidDBClusterStateFault$,
      `DB cluster ${cluster.identifier} is not in available state: ${cluster.status}`,
    );
  if (membersOf(store, cluster).length >= MOST_MEMBERS)
    throw invalidValue(`A DB cluster can have up to ${MOST_MEMBERS} DB instances`);
  return addMember(store, cluster, {
    ...pick(input, AS_GIVEN),
    identifier: input.DBInstanceIdentifier!,
    DBInstanceClass: input.DBInstanceClass,
    PromotionTier: input.PromotionTier ?? DEFAULT_PROMOTION_TIER,
    PerformanceInsightsEnabled: input.EnablePerformanceInsights ?? false,
    parameterGroupName: input.DBParameterGroupName,
    tags: input.Tags,
  });
}

type NewMember = Pick<CreateDBInstanceCommandInput, (typeof AS_GIVEN)[number] | "PromotionTier"> & {
  identifier: string;
  DBInstanceClass: string;
  PerformanceInsightsEnabled?: boolean;
  parameterGroupName?: string;
  tags?: CreateDBInstanceCommandInput["Tags"];
};

export function addMember(store: Store, cluster: Cluster, member: NewMember): Instance {
  const { identifier, parameterGroupName, tags, ...settings } = member;
  const { Engine, EngineVersion, AllocatedStorage } = cluster.settings;
  const tier = settings.PromotionTier ?? DEFAULT_PROMOTION_TIER;
  if (!Number.isInteger(tier) || tier < 0 || tier > 15)
    throw invalidValue(`Invalid promotion tier: ${tier}. It must be between 0 and 15.`);
  const instance = begin(store, {
    identifier,
    settings: {
      ...settingsOf(store.world, { DBInstanceIdentifier: identifier, DBInstanceClass: settings.DBInstanceClass }),
      ...settings,
      PromotionTier: tier,
      Engine,
      EngineVersion,
      AllocatedStorage: isAurora(cluster) ? undefined : AllocatedStorage,
    },
    port: cluster.port,
    username: cluster.username,
    parameterGroupName,
    tags: checkedTags(tags),
    cluster,
  });
  cluster.writer ??= instance;
  return instance;
}

/** Throws where RDS does not let a member go. */
export function requireRemovable({ cluster }: Instance): void {
  if (cluster && !isAurora(cluster))
    throw invalidCombination(
      "The DB instance is a member of a Multi-AZ DB cluster and can only be deleted with the DB cluster.",
    );
}

/** Where the writer goes, the reader with the lowest promotion tier takes its place. */
export async function loseMember(store: Store, instance: Instance): Promise<void> {
  const { cluster } = instance;
  if (cluster?.writer !== instance) return;
  const next = nextWriter(store, cluster);
  if (next) cluster.writer = next;
  else delete cluster.writer;
  await refresh(store, cluster);
}

export const nextWriter = (store: Store, cluster: Cluster): Instance | undefined =>
  membersOf(store, cluster)
    .filter((member) => member !== cluster.writer && member.status !== "deleting")
    .toSorted((one, other) => tierOf(one) - tierOf(other))[0];

const tierOf = ({ settings }: Instance) => settings.PromotionTier ?? DEFAULT_PROMOTION_TIER;
