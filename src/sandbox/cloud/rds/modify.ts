import {
  InvalidDBInstanceStateFault$,
  type ModifyDBInstanceCommandInput,
  type PendingModifiedValues,
} from "@aws-sdk/client-rds";
import { awsError } from "../../wire/service.ts";
import { chooseBackupWindow } from "./backups.ts";
import { checkSettings } from "./check-input.ts";
import { invalidCombination } from "./errors.ts";
import { parameterGroup } from "./groups.ts";
import { halt, pass, revive, setStatus, settle } from "./lifecycle.ts";
import { type Instance, isUsable } from "./model.ts";
import { checkMembers, pendingValues, settingsAtOnce } from "./modify-input.ts";
import { keysOf, pick } from "./pick.ts";
import { rename } from "./rename.ts";
import { findInstance, type Store } from "./store.ts";

/**
 * The maintenance window never comes here, so what waits for it stays pending until a later call with `ApplyImmediately`, which applies
 * everything that is pending.
 */
export function modifyInstance(store: Store, input: ModifyDBInstanceCommandInput): Instance {
  const instance = findInstance(store, input.DBInstanceIdentifier!);
  checkMembers(instance, input);
  const size = instance.settings.AllocatedStorage ?? 0;
  const grows = instance.status === "storage-full" && (input.AllocatedStorage ?? 0) > size;
  if (!isUsable(instance) && !grows)
    throw awsError(
      InvalidDBInstanceStateFault$,
      `Database instance ${instance.identifier} is not in available state: ${instance.status}`,
    );
  const settings = settingsAtOnce(instance, input);
  const pending = pendingValues(store, instance, input);
  checkSettings({ ...instance.settings, ...settings, ...pending });
  if (input.AllocatedStorage !== undefined && input.AllocatedStorage < size)
    throw invalidCombination("Requested storage size cannot be less than the current storage size.");

  const group = input.DBParameterGroupName;
  if (group)
    instance.parameterGroup = { name: parameterGroup(store, group, instance.settings), status: "pending-reboot" };
  if (input.PreferredBackupWindow !== undefined) chooseBackupWindow(store, instance, input.PreferredBackupWindow);
  Object.assign(instance.settings, settings);
  Object.assign(instance.pending, pending);
  instance.pendingPassword = input.MasterUserPassword ?? instance.pendingPassword;

  const now = input.ApplyImmediately ? instance.pending : alwaysAtOnce(instance.pending);
  if (Object.keys(now).length) apply(store, instance, { ...now });
  else if (Object.keys(settings).length || group)
    pass(store, instance, {
      status: "modifying",
      ms: store.world.latencies.rds.modifyMs,
      next: () => settle(store, instance),
    });
  return instance;
}

const alwaysAtOnce = (pending: PendingModifiedValues) => pick(pending, ["MasterUserPassword", "Port"]);

/** Applies pending values, with the interruption that they need. */
function apply(store: Store, instance: Instance, values: PendingModifiedValues): void {
  const { world, databases } = store;
  const { modifyMs, renameMs, renameDnsMs, storageOptimizationMs } = world.latencies.rds;
  const { DBInstanceIdentifier: name, Port: port, MasterUserPassword: masked, ...settings } = values;
  const password = masked && instance.pendingPassword;
  const storage = settings.AllocatedStorage ?? settings.StorageType ?? settings.Iops ?? settings.StorageThroughput;
  const interrupts = name !== undefined || port !== undefined || settings.DBInstanceClass !== undefined;
  if (name) store.reserved.instances.add(name);
  const resolvesAt = world.clock.now() + Math.max(renameMs, renameDnsMs);

  pass(store, instance, {
    status: name ? "renaming" : "modifying",
    ms: name ? renameMs : modifyMs,
    // A rename is a reboot, and the old name is gone at once.
    work: async () => {
      if (password) await databases.setPassword(instance.generation, { username: instance.username, password });
      if (interrupts) await halt(store, instance);
    },
    next: async () => {
      for (const key of keysOf(values)) delete instance.pending[key];
      if (masked) delete instance.pendingPassword;
      Object.assign(instance.settings, settings);
      if (port) instance.port = port;
      if (interrupts) await revive(store, instance);
      if (name) rename(store, instance, { name, resolvesAt });
      if (storage !== undefined) optimizeStorage(store, instance, storageOptimizationMs);
      await settle(store, instance);
    },
  });
}

function optimizeStorage(store: Store, instance: Instance, ms: number): void {
  instance.rest = "storage-optimization";
  store.after(instance, ms, async () => {
    instance.rest = "available";
    if (instance.status === "storage-optimization") setStatus(store, instance, "available");
  });
}
