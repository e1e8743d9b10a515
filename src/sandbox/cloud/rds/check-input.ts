import { type DBInstance, DBInstanceAlreadyExistsFault$, InstanceQuotaExceededFault$ } from "@aws-sdk/client-rds";
import { awsError, wireError } from "../../wire/service.ts";
import { backupWindow } from "./backup-window.ts";
import { invalidCombination, invalidValue } from "./errors.ts";
import { newInstanceIdentifier } from "./identifiers.ts";
import type { Store } from "./store.ts";

/** What the embedded server is. */
export const DEFAULT_ENGINE_VERSION = "18.4";
export const DEFAULT_PORT = 5432;

/** An identifier that is valid and free, in lower case. */
export function freeIdentifier(store: Store, text: string): string {
  const identifier = newInstanceIdentifier(text);
  if (store.instances.has(identifier) || store.reserved.instances.has(identifier))
    throw awsError(DBInstanceAlreadyExistsFault$, "DB instance already exists");
  return identifier;
}

export function checkInstanceQuota({ instances, quotas }: Store): void {
  if (instances.size >= quotas.databaseInstances)
    throw awsError(InstanceQuotaExceededFault$, "Cannot create more than the allowed number of DB instances");
}

export function checkEngine(engine: string | undefined): void {
  if (engine !== undefined && engine !== "postgres")
    throw wireError("NotImplemented", 501, `RDS has no behaviour here for the engine ${engine}, only for postgres`);
}

export function checkVersion(version: string): string {
  if (!/^\d+(\.\d+)?$/.test(version)) throw invalidValue(`Cannot find version ${version} for postgres`);
  return version;
}

type Owner = { username: string; password: string; databaseName?: string };
/** The login and database that a creation asks for. */
export function ownerOf(input: { MasterUsername?: string; MasterUserPassword?: string; DBName?: string }): Owner {
  const { MasterUsername: username, MasterUserPassword: password, DBName: databaseName } = input;
  if (!username) throw invalidValue("The parameter MasterUsername must be provided and must not be blank.");
  if (!/^[a-z]\w{0,62}$/i.test(username))
    throw invalidValue(`The parameter MasterUsername is not a valid identifier: ${username}`);
  if (["rdsadmin", "rds_superuser", "admin", "postgres_admin"].includes(username.toLowerCase()))
    throw invalidValue(`MasterUsername ${username} cannot be used as it is a reserved word used by the engine`);
  if (!password) throw invalidValue("The parameter MasterUserPassword must be provided and must not be blank.");
  checkPassword(password);
  if (databaseName !== undefined && !/^[a-z_]\w{0,62}$/i.test(databaseName))
    throw invalidValue("DBName must begin with a letter or underscore and contain only alphanumeric characters.");
  return { username, password, databaseName };
}

export function checkPassword(password: string): void {
  if (password.length < 8 || password.length > 128 || !/^[!-~]+$/.test(password) || /[/"@]/.test(password))
    throw invalidValue(
      "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used, 8 to 128 of them.",
    );
}

type Checked = Pick<
  DBInstance,
  | "DBInstanceClass"
  | "AllocatedStorage"
  | "MaxAllocatedStorage"
  | "BackupRetentionPeriod"
  | "VpcSecurityGroups"
  | "PreferredBackupWindow"
> & { Port?: number };

/** Ranges of members that creation, restore and modification share. */
export function checkSettings(settings: Checked): void {
  const { DBInstanceClass, AllocatedStorage, MaxAllocatedStorage, BackupRetentionPeriod, Port } = settings;
  if (DBInstanceClass !== undefined && !/^db\.[a-z0-9-]+\.[a-z0-9]+$/.test(DBInstanceClass))
    throw invalidValue(`Invalid DB Instance class: ${DBInstanceClass}`);
  if (AllocatedStorage !== undefined && !within(AllocatedStorage, 20, 65_536))
    throw invalidValue(`Invalid storage size for engine name postgres: ${AllocatedStorage}`);
  if (MaxAllocatedStorage !== undefined && AllocatedStorage !== undefined && MaxAllocatedStorage < AllocatedStorage)
    throw invalidCombination("Max storage size must be greater than storage size");
  if (BackupRetentionPeriod !== undefined && !within(BackupRetentionPeriod, 0, 35))
    throw invalidValue(`Invalid backup retention period: ${BackupRetentionPeriod}. It must be between 0 and 35.`);
  if (Port !== undefined && !within(Port, 1150, 65_535))
    throw invalidValue(`Invalid database port: ${Port}. It must be between 1150 and 65535.`);
  for (const { VpcSecurityGroupId: id = "" } of settings.VpcSecurityGroups ?? [])
    if (!/^sg-[\w-]+$/.test(id)) throw invalidValue(`Invalid security group , groupId= ${id}`);
  if (settings.PreferredBackupWindow !== undefined) backupWindow(settings.PreferredBackupWindow);
}

const within = (value: number, least: number, most: number) =>
  Number.isInteger(value) && value >= least && value <= most;
