import type { DBInstance, Tag } from "@aws-sdk/client-rds";
import { chooseBackupWindow } from "./backups.ts";
import { checkInstanceQuota, checkSettings, freeIdentifier } from "./check-input.ts";
import { noEndpoints } from "./endpoints.ts";
import { parameterGroup } from "./groups.ts";
import { settle } from "./lifecycle.ts";
import type { Cluster, Instance } from "./model.ts";
import { record } from "./record.ts";
import { leadsFrom, resolveLater } from "./rename.ts";
import type { Store } from "./store.ts";

type Beginning = {
  identifier: string;
  settings: DBInstance;
  port: number;
  username: string;
  parameterGroupName?: string;
  /** Chosen by the caller. */
  backupWindow?: string;
  tags: Tag[];
  cluster?: Cluster;
  replicaOf?: Instance;
  /** Makes the data, except for a member of a cluster. */
  prepare?: (generation: string) => Promise<void>;
};

/** A new instance, available after its time. */
export function begin(store: Store, { prepare, backupWindow, ...beginning }: Beginning): Instance {
  const { world, instances } = store;
  const { settings, port, username, tags, cluster, replicaOf } = beginning;
  const identifier = freeIdentifier(store, beginning.identifier);
  checkInstanceQuota(store);
  checkSettings({ ...settings, Port: port });
  const group = parameterGroup(store, beginning.parameterGroupName, settings);
  const instance: Instance = {
    kind: "instance",
    identifier,
    resourceId: `db-${world.ids.hex(26).toUpperCase()}`,
    generation: cluster?.generation ?? `data-${world.ids.hex(12)}`,
    status: "creating",
    rest: "available",
    createdAt: world.clock.now(),
    port,
    username,
    parameterGroup: { name: group, status: "in-sync" },
    settings,
    pending: {},
    tags,
    resolvesAt: leadsFrom(store, "instance", identifier),
    formerNames: new Set(),
    fenced: false,
    endpoints: noEndpoints(),
    settling: false,
    failNextSnapshot: false,
    maintenance: [],
    down: false,
    ...(cluster && { cluster }),
    ...(replicaOf && { replicaOf }),
  };
  instances.set(identifier, instance);
  resolveLater(store, instance);
  record(store, instance, "created");
  const preparing = prepare?.(instance.generation);
  preparing?.catch(() => {}); // looked at below, when the time has passed
  store.after(instance, world.latencies.rds.instanceMs, async () => {
    await preparing;
    instance.createdAt = world.clock.now();
    await settle(store, instance);
    if (backupWindow) chooseBackupWindow(store, instance, backupWindow);
  });
  return instance;
}
