import type { CreateDBClusterCommandInput } from "@aws-sdk/client-rds";
import { checkVersion, DEFAULT_ENGINE_VERSION, DEFAULT_PORT, ownerOf } from "../check-input.ts";
import { encryption } from "../encryption.ts";
import { refuseOthers } from "../errors.ts";
import { checkSubnetGroup } from "../groups.ts";
import type { Cluster } from "../model.ts";
import { pick } from "../pick.ts";
import type { Store } from "../store.ts";
import { checkedTags } from "../tags.ts";
import { beginCluster, checkClusterEngine, checkEngineMode } from "./begin-cluster.ts";
import { COMMON_CLUSTER_MEMBERS, clusterSettings } from "./cluster-settings.ts";

/** What a creation takes as it is given, and a restore does not take. */
const AS_GIVEN = ["PreferredMaintenanceWindow", "DatabaseInsightsMode", "AutoMinorVersionUpgrade"] as const;
const CREATE_ONLY = ["MasterUsername", "MasterUserPassword", "StorageEncrypted", "AllocatedStorage"] as const;

export function createCluster(store: Store, input: CreateDBClusterCommandInput): Cluster {
  refuseOthers("CreateDBCluster", input, [...COMMON_CLUSTER_MEMBERS, ...AS_GIVEN, ...CREATE_ONLY]);
  const Engine = checkClusterEngine(input.Engine);
  checkEngineMode(input.EngineMode);
  const owner = ownerOf({ ...input, DBName: input.DatabaseName });
  checkSubnetGroup(input.DBSubnetGroupName);
  return beginCluster(store, {
    identifier: input.DBClusterIdentifier!,
    settings: {
      ...clusterSettings(store.world, { ...input, Engine }),
      EngineVersion: checkVersion(input.EngineVersion ?? DEFAULT_ENGINE_VERSION),
      ...encryption(store.world, input),
      ...pick(input, AS_GIVEN),
    },
    port: input.Port ?? DEFAULT_PORT,
    username: owner.username,
    parameterGroupName: input.DBClusterParameterGroupName,
    tags: checkedTags(input.Tags),
    prepare: (generation) => store.databases.create(generation, owner),
  });
}
