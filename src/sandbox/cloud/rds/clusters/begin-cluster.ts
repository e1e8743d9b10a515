import {
  type DBCluster,
  DBClusterAlreadyExistsFault$,
  DBClusterQuotaExceededFault$,
  type Tag,
} from "@aws-sdk/client-rds";
import { awsError, wireError } from "../../../wire/service.ts";
import { checkSettings } from "../check-input.ts";
import { noEndpoints } from "../endpoints.ts";
import { invalidValue } from "../errors.ts";
import { clusterParameterGroup } from "../groups.ts";
import { newClusterIdentifier } from "../identifiers.ts";
import { settle } from "../lifecycle.ts";
import { type Cluster, isAurora } from "../model.ts";
import { record } from "../record.ts";
import { leadsFrom, resolveLater } from "../rename.ts";
import type { Store } from "../store.ts";
import { addMember } from "./members.ts";

export const CLUSTER_QUOTA = 40;
const ENGINES = ["aurora-postgresql", "postgres"];

export function checkClusterEngine(engine: string | undefined): string {
  if (engine === undefined) throw invalidValue("The parameter Engine must be provided and must not be blank.");
  if (!ENGINES.includes(engine))
    throw wireError(
      "NotImplemented",
      501,
      `RDS has no behaviour here for clusters of ${engine}, only ${ENGINES.join(" and ")}`,
    );
  return engine;
}

export function checkEngineMode(mode: string | undefined): void {
  if (mode !== undefined && mode !== "provisioned")
    throw wireError(
      "NotImplemented",
      501,
      `RDS has no behaviour here for clusters of the mode ${mode}, only provisioned`,
    );
}

/** An identifier that is valid and free, in lower case. */
export function freeClusterIdentifier(store: Store, text: string, engine: string | undefined): string {
  const identifier = newClusterIdentifier(text, engine === "postgres" ? 52 : 63);
  if (store.clusters.has(identifier) || store.reserved.clusters.has(identifier))
    throw awsError(DBClusterAlreadyExistsFault$, `DB Cluster already exists`);
  return identifier;
}

/** What RDS makes by itself: a Multi-AZ DB cluster is always a writer and two readers. */
const MULTI_AZ_MEMBERS = 3;

type Beginning = {
  identifier: string;
  settings: DBCluster;
  port: number;
  username: string;
  parameterGroupName?: string;
  tags: Tag[];
  prepare: (generation: string) => Promise<void>;
};

/** A new cluster. Aurora's has no instances: nothing answers before one is created. */
export function beginCluster(store: Store, { settings, port, username, tags, ...beginning }: Beginning): Cluster {
  const { world, clusters } = store;
  const identifier = freeClusterIdentifier(store, beginning.identifier, settings.Engine);
  if (clusters.size >= CLUSTER_QUOTA)
    throw awsError(DBClusterQuotaExceededFault$, "Cannot create more than the allowed number of DB clusters");
  const { VpcSecurityGroups, BackupRetentionPeriod, PreferredBackupWindow } = settings;
  checkSettings({ VpcSecurityGroups, BackupRetentionPeriod, PreferredBackupWindow, Port: port });
  if (BackupRetentionPeriod === 0)
    throw invalidValue("Invalid backup retention period: 0. It must be between 1 and 35.");
  const cluster: Cluster = {
    kind: "cluster",
    identifier,
    resourceId: `cluster-${world.ids.hex(26).toUpperCase()}`,
    generation: `data-${world.ids.hex(12)}`,
    status: "creating",
    createdAt: world.clock.now(),
    port,
    username,
    parameterGroup: clusterParameterGroup(store, beginning.parameterGroupName, settings),
    settings,
    pending: {},
    tags,
    resolvesAt: leadsFrom(store, "cluster", identifier),
    formerNames: new Set(),
    fenced: false,
    endpoints: noEndpoints(),
    settling: false,
    failNextSnapshot: false,
    maintenance: [],
  };
  if (!isAurora(cluster)) requireMultiAzSettings(settings);
  clusters.set(identifier, cluster);
  resolveLater(store, cluster);
  record(store, cluster, "created");
  const preparing = beginning.prepare(cluster.generation);
  preparing.catch(() => {}); // looked at below, when the time has passed
  store.after(cluster, world.latencies.rds.clusterMs, async () => {
    await preparing;
    cluster.createdAt = world.clock.now();
    await settle(store, cluster);
  });
  if (!isAurora(cluster))
    for (let number = 1; number <= MULTI_AZ_MEMBERS; number += 1)
      addMember(store, cluster, {
        identifier: `${identifier}-instance-${number}`,
        DBInstanceClass: settings.DBClusterInstanceClass!,
        AvailabilityZone: settings.AvailabilityZones?.[number - 1],
      });
  return cluster;
}

function requireMultiAzSettings(settings: DBCluster): void {
  for (const member of ["DBClusterInstanceClass", "AllocatedStorage", "Iops"] as const)
    if (settings[member] === undefined)
      throw invalidValue(`The parameter ${member} must be provided and must not be blank.`);
}
