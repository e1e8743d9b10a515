import type * as rds from "@aws-sdk/client-rds";
import type { Handlers } from "../../../wire/server.ts";
import { arn } from "../../world.ts";
import { refreshProxy } from "../endpoints.ts";
import { invalidValue, refuseOthers } from "../errors.ts";
import { newProxyName } from "../identifiers.ts";
import { page } from "../pages.ts";
import type { Store } from "../store.ts";
import {
  checkTargetGroup,
  type DatabaseProxy,
  DEFAULT_TARGET_GROUP,
  defaultEndpoint,
  describeProxy,
  findProxy,
  newProxy,
} from "./proxy.ts";
import { deregisterTarget, describeTargets, registerTarget } from "./targets.ts";

const MEMBERS = [
  "DBProxyName",
  "EngineFamily",
  "RoleArn",
  "VpcSubnetIds",
  "VpcSecurityGroupIds",
  "Auth",
  "RequireTLS",
  "IdleClientTimeout",
  "DebugLogging",
];

export function proxyHandlers(store: Store) {
  const { world, proxies } = store;
  const named = (name: string | undefined): DatabaseProxy[] =>
    name === undefined ? [...proxies.values()] : [findProxy(store, name)];
  const targetGroup = (proxy: DatabaseProxy): rds.DBProxyTargetGroup => ({
    DBProxyName: proxy.name,
    TargetGroupName: DEFAULT_TARGET_GROUP,
    TargetGroupArn: arn(world, "rds", `target-group:prx-tg-${proxy.resourceId.slice(4)}`),
    IsDefault: true,
    Status: proxy.status,
    CreatedDate: new Date(proxy.createdAt),
    UpdatedDate: new Date(proxy.createdAt),
  });
  return {
    CreateDBProxy(input) {
      refuseOthers("CreateDBProxy", input, MEMBERS);
      if (input.EngineFamily !== "POSTGRESQL")
        throw invalidValue(`Invalid engine family: ${input.EngineFamily}. There is only POSTGRESQL here.`);
      const proxy = newProxy(store, newProxyName(input.DBProxyName!), {
        EngineFamily: input.EngineFamily,
        VpcId: "vpc-0default",
        VpcSecurityGroupIds: input.VpcSecurityGroupIds ?? [],
        VpcSubnetIds: input.VpcSubnetIds,
        Auth: input.Auth,
        RoleArn: input.RoleArn,
        RequireTLS: input.RequireTLS ?? false,
        IdleClientTimeout: input.IdleClientTimeout ?? 1_800,
        DebugLogging: input.DebugLogging ?? false,
      });
      return { DBProxy: describeProxy(store, proxy) };
    },
    async DeleteDBProxy({ DBProxyName }) {
      const proxy = findProxy(store, DBProxyName!);
      delete proxy.target;
      await refreshProxy(store, proxy);
      proxies.delete(proxy.name);
      return { DBProxy: { ...describeProxy(store, proxy), Status: "deleting" } };
    },
    DescribeDBProxies({ DBProxyName, ...paging }) {
      const { items, Marker } = page(named(DBProxyName), ({ name }) => name, paging);
      return { DBProxies: items.map((proxy) => describeProxy(store, proxy)), Marker };
    },
    /** The default one only: there are no further ones here. */
    DescribeDBProxyEndpoints({ DBProxyName, ...paging }) {
      const { items, Marker } = page(named(DBProxyName), ({ name }) => name, paging);
      return { DBProxyEndpoints: items.map((proxy) => defaultEndpoint(store, proxy)), Marker };
    },
    DescribeDBProxyTargetGroups({ DBProxyName, TargetGroupName }) {
      checkTargetGroup(TargetGroupName);
      return { TargetGroups: [targetGroup(findProxy(store, DBProxyName!))] };
    },
    DescribeDBProxyTargets({ DBProxyName, TargetGroupName }) {
      checkTargetGroup(TargetGroupName);
      const { target } = findProxy(store, DBProxyName!);
      return { Targets: target ? describeTargets(store, target) : [] };
    },
    async RegisterDBProxyTargets({ DBProxyName, TargetGroupName, ...targets }) {
      checkTargetGroup(TargetGroupName);
      const target = await registerTarget(store, findProxy(store, DBProxyName!), targets);
      return { DBProxyTargets: describeTargets(store, target) };
    },
    async DeregisterDBProxyTargets({ DBProxyName, TargetGroupName, ...targets }) {
      checkTargetGroup(TargetGroupName);
      await deregisterTarget(store, findProxy(store, DBProxyName!), targets);
      return {};
    },
  } satisfies Handlers<typeof rds>;
}
