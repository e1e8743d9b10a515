import {
  type DBProxy,
  DBProxyAlreadyExistsFault$,
  type DBProxyEndpoint,
  DBProxyNotFoundFault$,
  DBProxyTargetGroupNotFoundFault$,
} from "@aws-sdk/client-rds";
import { awsError } from "../../../wire/service.ts";
import { arn } from "../../world.ts";
import { noEndpoints, type OpenEndpoints } from "../endpoints.ts";
import { proxyHost } from "../hosts.ts";
import type { Database } from "../model.ts";
import type { Store } from "../store.ts";

export const DEFAULT_TARGET_GROUP = "default";

/**
 * An RDS Proxy passes connections on to the one database that is registered with it, for as long as that answers. Connections are not
 * pooled, logins are the database's own, and whoever is connected is cut off when the target goes. A target that is renamed stays
 * registered.
 */
export type DatabaseProxy = {
  name: string;
  resourceId: string;
  status: "creating" | "available";
  createdAt: number;
  port: number;
  settings: DBProxy;
  target?: Database;
  endpoints: OpenEndpoints;
};

export function newProxy(store: Store, name: string, settings: DBProxy): DatabaseProxy {
  if (store.proxies.has(name)) throw awsError(DBProxyAlreadyExistsFault$, `DBProxy ${name} already exists.`);
  const { world, proxies } = store;
  const proxy: DatabaseProxy = {
    name,
    resourceId: `prx-0${world.ids.hex(16)}`,
    status: "available",
    createdAt: world.clock.now(),
    port: 5432,
    settings,
    endpoints: noEndpoints(),
  };
  proxies.set(name, proxy);
  return proxy;
}

export function findProxy({ proxies }: Store, name: string): DatabaseProxy {
  const proxy = proxies.get(name.toLowerCase());
  if (!proxy) throw awsError(DBProxyNotFoundFault$, `DBProxy ${name} not found.`);
  return proxy;
}

/** A proxy has one target group, named `default`. */
export function checkTargetGroup(name: string | undefined): void {
  if (name !== undefined && name !== DEFAULT_TARGET_GROUP)
    throw awsError(DBProxyTargetGroupNotFoundFault$, `DBProxyTargetGroup ${name} not found.`);
}

export const describeProxy = ({ world, databases }: Store, proxy: DatabaseProxy): DBProxy => ({
  ...proxy.settings,
  DBProxyName: proxy.name,
  DBProxyArn: arn(world, "rds", `db-proxy:${proxy.resourceId}`),
  Status: proxy.status,
  Endpoint: databases.addressOf(proxyHost(proxy.name)),
  CreatedDate: new Date(proxy.createdAt),
  UpdatedDate: new Date(proxy.createdAt),
});

export const defaultEndpoint = (store: Store, proxy: DatabaseProxy): DBProxyEndpoint => ({
  DBProxyEndpointName: "default",
  DBProxyEndpointArn: arn(store.world, "rds", `db-proxy-endpoint:${proxy.resourceId.replace("prx", "prx-endpoint")}`),
  DBProxyName: proxy.name,
  Status: proxy.status,
  Endpoint: describeProxy(store, proxy).Endpoint,
  CreatedDate: new Date(proxy.createdAt),
  TargetRole: "READ_WRITE",
  IsDefault: true,
});
