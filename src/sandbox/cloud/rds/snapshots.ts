import {
  DBSnapshotAlreadyExistsFault$,
  InvalidDBSnapshotStateFault$,
  SnapshotQuotaExceededFault$,
  type Tag,
} from "@aws-sdk/client-rds";
import { type AwsError, awsError } from "../../wire/service.ts";
import type { Content, Database, Instance, Snapshot } from "./model.ts";
import type { Store } from "./store.ts";

const GIBIBYTE = 2 ** 30;

export const manualSnapshots = ({ snapshots }: Store): number =>
  [...snapshots.values()].filter(({ type }) => type === "manual").length;

/** Reserves a snapshot's name. Its content is taken by `fill`. */
export function newSnapshot(
  store: Store,
  source: Instance,
  { identifier, type, tags }: Pick<Snapshot, "identifier" | "type" | "tags">,
): Snapshot {
  if (store.snapshots.has(identifier))
    throw awsError(
      DBSnapshotAlreadyExistsFault$,
      `Cannot create the snapshot because a snapshot with the identifier ${identifier} already exists.`,
    );
  if (type === "manual") checkSnapshotQuota(store, manualSnapshots(store));
  const snapshot: Snapshot = {
    ...newContent(store, source, identifier, tags),
    type,
    settings: structuredClone(source.settings),
  };
  store.snapshots.set(identifier, snapshot);
  return snapshot;
}

export function checkSnapshotQuota({ quotas: { manualSnapshots: most } }: Store, used: number): void {
  if (used >= most) throw awsError(SnapshotQuotaExceededFault$, `Cannot create more than ${most} manual snapshots`);
}

export const newContent = <Source extends Database>(
  { world }: Store,
  source: Source,
  identifier: string,
  tags: Tag[],
): Content<Source> => ({
  identifier,
  contentId: `snap-${world.ids.hex(12)}`,
  source,
  port: source.port,
  username: source.username,
  generation: source.generation,
  status: "creating",
  requestedAt: world.clock.now(),
  tags,
});

/**
 * Takes the content and resolves; the snapshot is `available` later. Snapshots are incremental: the time follows what changed since the
 * data's last one.
 */
export async function fill(store: Store, snapshot: Content, done: () => Promise<void>): Promise<void> {
  const { world, databases } = store;
  const { snapshotMs, snapshotPerChangedGibibyteMs } = world.latencies.rds;
  snapshot.contentAt = world.clock.now();
  snapshot.startedAt = snapshot.contentAt;
  record(store, snapshot, 0);
  try {
    const { sizeBytes, changedBytes } = await databases.snapshot(snapshot.source.generation, snapshot.contentId);
    snapshot.fullSizeBytes = sizeBytes;
    snapshot.durationMs = snapshotMs + (changedBytes / GIBIBYTE) * snapshotPerChangedGibibyteMs;
  } catch (error) {
    snapshot.status = "failed";
    record(store, snapshot, 0);
    await done();
    throw error;
  }
  complete(store, snapshot, done);
}

/** A further snapshot with the same content. When that was requested stays, when the snapshot was created is the copy's own. */
export async function copyContent(
  store: Store,
  original: Content,
  { copy, arn }: { copy: Content; arn: string },
): Promise<void> {
  const { port, username, generation, requestedAt, contentAt, fullSizeBytes } = original;
  Object.assign(copy, { port, username, generation, requestedAt, contentAt, fullSizeBytes, copiedFromArn: arn });
  copy.startedAt = store.world.clock.now();
  copy.durationMs = store.world.latencies.rds.snapshotMs;
  record(store, copy, 0);
  await store.databases.copySnapshot(original.contentId, copy.contentId);
  complete(store, copy, async () => {});
}

function complete(store: Store, snapshot: Content, done: () => Promise<void>): void {
  const { source } = snapshot;
  const fails = source.failNextSnapshot;
  source.failNextSnapshot = false;
  whenDone(store, snapshot, async () => {
    if (fails) await store.databases.removeSnapshot(snapshot.contentId);
    snapshot.status = fails ? "failed" : "available";
    record(store, snapshot, fails ? 0 : 100);
    await done();
  });
}

/** Snapshots of a stalled database wait until it is stalled no longer, and then for what was left. */
function whenDone(store: Store, snapshot: Content, done: () => Promise<void>): void {
  const { source, startedAt = 0, durationMs = 0 } = snapshot;
  const leftMs = startedAt + durationMs + (snapshot.stalledMs ?? 0) - store.world.clock.now();
  store.after(source, Math.max(0, leftMs), async () => {
    const { stalled } = source;
    if (!stalled) return done();
    stalled.waiting.push(() => {
      snapshot.stalledMs = (snapshot.stalledMs ?? 0) + store.world.clock.now() - Math.max(stalled.since, startedAt);
      whenDone(store, snapshot, done);
    });
  });
}

/** Puts a snapshot's content under new data. */
export async function restoreContent(store: Store, contentId: string, generation: string): Promise<void> {
  const fails = store.failNextRestore;
  store.failNextRestore = false;
  if (fails) throw new Error("The snapshot could not be restored.");
  await store.databases.restore(contentId, generation);
}

function record({ world }: Store, snapshot: Content, percent: number): void {
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

/** How far a snapshot is, in percent. */
export function progressOf(
  { world }: Store,
  { status, source, startedAt, durationMs = 0, stalledMs = 0 }: Content,
): number {
  if (status !== "creating") return status === "available" ? 100 : 0;
  const done =
    startedAt === undefined
      ? 0
      : ((source.stalled?.since ?? world.clock.now()) - startedAt - stalledMs) / Math.max(1, durationMs);
  return Math.max(0, Math.min(99, Math.floor(100 * done)));
}

export const requireAvailable = (snapshot: Content, what: string): void =>
  requireStatus(snapshot, what, (message) => awsError(InvalidDBSnapshotStateFault$, message));

export function requireStatus(snapshot: Content, what: string, refusal: (message: string) => AwsError): void {
  if (snapshot.status !== "available")
    throw refusal(
      `Cannot ${what} the snapshot ${snapshot.identifier} because it is not in available state: ${snapshot.status}`,
    );
}

export async function dropSnapshot<One extends Content>(
  { databases }: Store,
  snapshots: Map<string, One>,
  snapshot: One,
): Promise<void> {
  snapshots.delete(snapshot.identifier);
  if (snapshot.status === "available") await databases.removeSnapshot(snapshot.contentId);
}
