import { backupWindow } from "./backup-window.ts";
import { restOf, setStatus } from "./lifecycle.ts";
import { type Instance, isUsable } from "./model.ts";
import { dropSnapshot, fill, newSnapshot } from "./snapshots.ts";
import type { Store } from "./store.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * From now on the instance backs itself up each day when the window begins: it is `backing-up` until its automated snapshot is there. A
 * window that nobody chose is shown only, so that nothing happens at a time that nobody knows.
 */
export function chooseBackupWindow(store: Store, instance: Instance, text: string): void {
  const window = backupWindow(text);
  instance.backupWindow = window;
  const inWindow = (ms: number, run: () => Promise<void>) =>
    store.after(instance, ms, async () => {
      const current = store.instances.get(instance.identifier) === instance && instance.backupWindow === window;
      if (current) await run();
    });
  const waitForNext = () => {
    const sinceStartMs = (store.world.clock.now() - window.startMs) % DAY_MS;
    const endsAt = store.world.clock.now() + DAY_MS - sinceStartMs + window.lengthMs;
    inWindow(DAY_MS - sinceStartMs, () => tryUntil(endsAt));
  };
  const tryUntil = async (endsAt: number): Promise<void> => {
    if (instance.settings.BackupRetentionPeriod === 0 || store.world.clock.now() >= endsAt) return waitForNext();
    if (!isUsable(instance)) return inWindow(MINUTE_MS, () => tryUntil(endsAt));
    waitForNext();
    await backUp(store, instance);
  };
  waitForNext();
}

/** Takes an automated snapshot, during which the instance is `backing-up`. */
export async function backUp(store: Store, instance: Instance): Promise<void> {
  const stamp = new Date(store.world.clock.now()).toISOString().slice(0, 16).replace(/[T:]/g, "-");
  const snapshot = newSnapshot(store, instance, {
    identifier: `rds:${instance.identifier}-${stamp}`,
    type: "automated",
    tags: instance.settings.CopyTagsToSnapshot ? instance.tags : [],
  });
  setStatus(store, instance, "backing-up");
  await fill(store, snapshot, async () => {
    if (instance.status === "backing-up") setStatus(store, instance, restOf(instance));
    await forgetOldBackups(store, instance);
  });
  snapshot.createTime = store.world.clock.now();
}

const backupsOf = ({ snapshots }: Store, instance: Instance) =>
  [...snapshots.values()].filter(({ source, type }) => source === instance && type === "automated");

async function forgetOldBackups(store: Store, instance: Instance): Promise<void> {
  const oldest = store.world.clock.now() - (instance.settings.BackupRetentionPeriod ?? 0) * DAY_MS;
  for (const backup of backupsOf(store, instance))
    if (backup.requestedAt < oldest) await dropSnapshot(store, store.snapshots, backup);
}

/** Automated backups go with their instance; manual snapshots stay. */
export async function forgetBackups(store: Store, instance: Instance): Promise<void> {
  for (const backup of backupsOf(store, instance)) await dropSnapshot(store, store.snapshots, backup);
}
