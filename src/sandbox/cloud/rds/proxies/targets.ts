import {
  type DBProxyTarget,
  DBProxyTargetAlreadyRegisteredFault$,
  DBProxyTargetNotFoundFault$,
  type RegisterDBProxyTargetsCommandInput,
} from "@aws-sdk/client-rds";
import { awsError } from "../../../wire/service.ts";
import { isReachable, refreshProxy } from "../endpoints.ts";
import { invalidCombination } from "../errors.ts";
import { addressOf } from "../hosts.ts";
import { type Cluster, type Database, type Instance, portOf } from "../model.ts";
import { clusterArn, findCluster, findInstance, instanceArn, membersOf, type Store } from "../store.ts";
import type { DatabaseProxy } from "./proxy.ts";

type Named = Pick<RegisterDBProxyTargetsCommandInput, "DBInstanceIdentifiers" | "DBClusterIdentifiers">;

/** A proxy has one instance or one cluster behind it, so another one is refused until that is deregistered. */
export async function registerTarget(store: Store, proxy: DatabaseProxy, named: Named): Promise<Database> {
  const target = targetNamed(store, named);
  if (proxy.target)
    throw awsError(
      DBProxyTargetAlreadyRegisteredFault$,
      `The proxy ${proxy.name} is already associated with ${proxy.target.identifier}.`,
    );
  if (target.kind === "instance" && target.cluster)
    throw invalidCombination(`${target.identifier} is a member of a DB cluster: register the DB cluster.`);
  proxy.target = target;
  await refreshProxy(store, proxy);
  return target;
}

export async function deregisterTarget(store: Store, proxy: DatabaseProxy, named: Named): Promise<void> {
  const target = targetNamed(store, named);
  if (proxy.target !== target)
    throw awsError(DBProxyTargetNotFoundFault$, `${target.identifier} is no target of the proxy ${proxy.name}.`);
  delete proxy.target;
  await refreshProxy(store, proxy);
}

function targetNamed(store: Store, { DBInstanceIdentifiers = [], DBClusterIdentifiers = [] }: Named): Database {
  const [instance] = DBInstanceIdentifiers;
  const [cluster] = DBClusterIdentifiers;
  if (DBInstanceIdentifiers.length + DBClusterIdentifiers.length !== 1)
    throw invalidCombination("Exactly one DB instance or one DB cluster must be specified.");
  return instance === undefined ? findCluster(store, cluster!) : findInstance(store, instance);
}

/** A cluster is listed with its members. */
export const describeTargets = (store: Store, target: Database): DBProxyTarget[] =>
  target.kind === "instance"
    ? [instanceTarget(store, target, "READ_WRITE")]
    : [
        {
          TargetArn: clusterArn(store.world, target.identifier),
          RdsResourceId: target.identifier,
          Port: target.port,
          Type: "TRACKED_CLUSTER",
        },
        ...membersOf(store, target).map((member) => ({
          ...instanceTarget(store, member, member === target.writer ? "READ_WRITE" : "READ_ONLY"),
          TrackedClusterId: target.identifier,
        })),
      ];

function instanceTarget(store: Store, instance: Instance, role: "READ_WRITE" | "READ_ONLY"): DBProxyTarget {
  const answers = isReachable(store, instance) && (!instance.cluster || clusterAnswers(store, instance.cluster));
  return {
    TargetArn: instanceArn(store.world, instance.identifier),
    RdsResourceId: instance.identifier,
    Endpoint: addressOf(store, instance),
    Port: portOf(instance),
    Type: "RDS_INSTANCE",
    Role: role,
    TargetHealth: answers
      ? { State: "AVAILABLE" }
      : {
          State: "UNAVAILABLE",
          Reason: instance.status === "creating" ? "PENDING_PROXY_CAPACITY" : "UNREACHABLE",
          Description: `The database cannot be reached: ${instance.status}`,
        },
  };
}

const clusterAnswers = (store: Store, cluster: Cluster) => isReachable(store, cluster);
