import {
  DBSnapshotAlreadyExistsFault$,
  InvalidDBSnapshotStateFault$,
  SnapshotQuotaExceededFault$,
  type Tag,
} from "@aws-sdk/client-rds";
import { awsError } from "../../wire/service.ts";
import { newSnapshotIdentifier } from "./identifiers.ts";
import { type Instance, type Snapshot, type Store, snapshotArn } from "./store.ts";

/** Manual snapshots of instances in one Region. */
export const SNAPSHOT_QUOTA = 100;
const GIBIBYTE = 2 ** 30;

/** Reserves a snapshot's name. Its content is taken by `fill`. */
export function newSnapshot(store: Store, source: Instance, name: string, tags: Tag[]): Snapshot {
  const { world, snapshots } = store;
  const identifier = newSnapshotIdentifier(name);
  if (snapshots.has(identifier))
    throw awsError(
      DBSnapshotAlreadyExistsFault$,
      `Cannot create the snapshot because a snapshot with the identifier ${identifier} already exists.`,
    );
  if (snapshots.size >= SNAPSHOT_QUOTA)
    throw awsError(SnapshotQuotaExceededFault$, `Cannot create more than ${SNAPSHOT_QUOTA} manual snapshots`);
  const snapshot: Snapshot = {
    identifier,
    contentId: `snap-${world.ids.hex(12)}`,
    source,
    settings: structuredClone(source.settings),
    port: source.port,
    username: source.username,
    generation: source.generation,
    status: "creating",
    type: "manual",
    requestedAt: world.clock.now(),
    details: {},
    tags,
  };
  snapshots.set(identifier, snapshot);
  return snapshot;
}

/**
 * Takes the content and resolves; the snapshot is `available` later. Snapshots are incremental: the time follows what changed since the
 * instance's last one.
 */
export async function fill(store: Store, snapshot: Snapshot, done: () => Promise<void>): Promise<void> {
  const { world, databases } = store;
  const { snapshotMs, snapshotPerChangedGibibyteMs } = world.latencies.rds;
  snapshot.contentAt = world.clock.now();
  snapshot.startedAt = snapshot.contentAt;
  record(store, snapshot, 0);
  try {
    const { sizeBytes, changedBytes } = await databases.snapshot(snapshot.source.generation, snapshot.contentId);
    snapshot.details = { FullSnapshotSizeInBytes: sizeBytes };
    snapshot.durationMs = snapshotMs + (changedBytes / GIBIBYTE) * snapshotPerChangedGibibyteMs;
  } catch (error) {
    snapshot.status = "failed";
    record(store, snapshot, 0);
    await done();
    throw error;
  }
  complete(store, snapshot, done);
}

/** A further snapshot with the same content. `OriginalSnapshotCreateTime` stays, `SnapshotCreateTime` is the copy's own. */
export async function copyContent(store: Store, original: Snapshot, copy: Snapshot): Promise<void> {
  const { settings, port, username, generation, requestedAt, contentAt, identifier } = original;
  Object.assign(copy, { settings, port, username, generation, requestedAt, contentAt });
  copy.startedAt = store.world.clock.now();
  copy.durationMs = store.world.latencies.rds.snapshotMs;
  copy.details = { ...original.details, SourceDBSnapshotIdentifier: snapshotArn(store.world, identifier) };
  record(store, copy, 0);
  await store.databases.copySnapshot(original.contentId, copy.contentId);
  complete(store, copy, async () => {});
}

function complete(store: Store, snapshot: Snapshot, done: () => Promise<void>): void {
  store.after(snapshot.source, snapshot.durationMs ?? 0, async () => {
    snapshot.status = "available";
    record(store, snapshot, 100);
    await done();
  });
}

function record({ world }: Store, snapshot: Snapshot, percent: number): void {
  const { identifier, source, status, generation, contentAt = snapshot.requestedAt } = snapshot;
  world.log.append({
    kind: "snapshot",
    identifier,
    of: source.identifier,
    status,
    percent,
    generation,
    contentAt: new Date(contentAt).toISOString(),
  });
}

export function requireAvailable(snapshot: Snapshot, what: string): void {
  if (snapshot.status !== "available")
    throw awsError(
      InvalidDBSnapshotStateFault$,
      `Cannot ${what} the snapshot ${snapshot.identifier} because it is not in available state: ${snapshot.status}`,
    );
}
