import type { Database } from "../../aws/rds-shapes.ts";
import { type DatabaseBefore, nameOfDatabase } from "../database.ts";
import type { Places } from "./names.ts";

type Told = { before: DatabaseBefore; now: Database; places: Places; snapshot: string };

/** What nobody could know from the name alone: a restored database is another one, and what belonged to the old one stays there. */
export function tellOf({ before, now, places, snapshot }: Told): string[] {
  const old = places.aside ?? places.present;
  const { kind, managedSecret, replicas, proxies, globalCluster, pendingSettings, settings } = before;
  const idName = kind === "instance" ? "DbiResourceId" : "DbClusterResourceId";
  return [
    `The data as it was before the restore is kept in ${nameOfDatabase(old)}, which costs money until you delete it. It is behind a security group that lets nobody in; to look into it give it another one`,
    `${nameOfDatabase(now)} is a new database: its ${idName} is ${now.settings.resourceId}, it was ${settings.resourceId}. IAM policies for rds-db:connect name the old one${kind === "cluster" ? ", and those of its instances theirs" : ""}; Performance Insights and the automated backups of the time before stay with ${old.identifier}`,
    infrastructureAsCode({ now, places, snapshot }),
    ...(managedSecret === undefined
      ? [
          "The passwords in the database are those of the moment of the snapshot: one that was changed since has its old value again",
        ]
      : [
          `RDS managed the login of the old database in ${managedSecret}. That secret stays with ${old.identifier}; ${now.identifier} has none. Its password is the one as of the snapshot: where RDS has rotated it since, the secret does not open it. Set the password that the secret holds (MasterUserPassword), or let RDS manage a new secret (ManageMasterUserPassword) and lead the application to it`,
        ]),
    ...(replicas.length
      ? [
          `Its read replicas (${replicas.join(", ")}) still follow ${old.identifier}: make them anew from ${now.identifier}`,
        ]
      : []),
    ...(proxies.length
      ? [
          `${proxies.length === 1 ? "The proxy" : "The proxies"} ${proxies.map(({ name }) => name).join(", ")} still ${proxies.length === 1 ? "leads" : "lead"} to ${old.identifier}: deregister that target and register ${now.identifier} (DeregisterDBProxyTargets, RegisterDBProxyTargets)`,
        ]
      : []),
    ...(globalCluster === undefined
      ? []
      : [`${now.identifier} is in no global database; ${old.identifier} is still in ${globalCluster}`]),
    ...(settings.customEndpoints.length
      ? [
          `Its custom endpoints (${settings.customEndpoints.join(", ")}) stayed with ${old.identifier}: create them anew`,
        ]
      : []),
    ...(pendingSettings.length
      ? [
          `Changes that waited for the maintenance window (${pendingSettings.join(", ")}) wait at ${old.identifier} only: ask for them anew`,
        ]
      : []),
    `Tags are those of the old database, and intermission:* besides. Its storage is loaded from the snapshot piece by piece: the first reads of everything are slow`,
  ];
}

/** A plan of Terraform or CloudFormation that knows of none of this may replace a database, and its data with it. */
function infrastructureAsCode({ now, places, snapshot }: Pick<Told, "now" | "places" | "snapshot">): string {
  const careful = `Apply nothing before its plan shows no replacement; a changed snapshot_identifier (${snapshot}) makes Terraform and CloudFormation replace a database`;
  return places.aside
    ? `Infrastructure-as-code that has ${now.identifier} by its name finds the restored one there: import it anew where it goes by resource id, and take ${places.aside.identifier} in if you keep it. ${careful}`
    : `Name ${now.identifier} under \`database\` in intermission.yml before the next operation, or that would snapshot ${places.present.identifier}. Infrastructure-as-code must take ${now.identifier} in and give the application its address, or it leads the application back to ${places.present.identifier}. ${careful}`;
}
