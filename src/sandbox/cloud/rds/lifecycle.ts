import { type Instance, type InstanceStatus, isUsable, type Store } from "./store.ts";

/** Says what became of an instance. */
export function record(
  { world, databases }: Store,
  instance: Instance,
  change: "created" | "status" | "renamed" | "deleted",
  reason?: string,
): void {
  const { identifier, status, generation, endpoint, port } = instance;
  world.log.append({
    kind: "database",
    identifier,
    change,
    status,
    generation,
    ...(endpoint && { endpoint: `${databases.addressOf(identifier)}:${port}` }),
    ...(reason && { reason }),
  });
}

export function setStatus(store: Store, instance: Instance, status: InstanceStatus, reason?: string): void {
  instance.status = status;
  instance.reason = reason;
  record(store, instance, "status", reason);
}

/** The status that an instance has when nothing is done to it. */
export async function settle(store: Store, instance: Instance): Promise<void> {
  await publish(store, instance);
  setStatus(store, instance, instance.rest);
}

/** Shows a status for `ms` milliseconds, and until `work`, which begins at once, is done; then goes on. */
export function pass(
  store: Store,
  instance: Instance,
  {
    status,
    ms,
    work,
    next,
  }: { status: InstanceStatus; ms: number; work: () => Promise<void>; next: () => Promise<void> },
): void {
  setStatus(store, instance, status);
  const working = work();
  working.catch(() => {}); // looked at below, when the time has passed
  store.after(instance, ms, async () => {
    await working;
    await next();
  });
}

/** Makes the endpoint reachable, as soon as its name resolves. */
export async function publish(store: Store, instance: Instance): Promise<void> {
  const { world, databases } = store;
  if (instance.endpoint) return;
  const waitMs = instance.resolvesAt - world.clock.now();
  const { identifier, port } = instance;
  if (waitMs <= 0) {
    instance.endpoint = await databases.expose(instance.generation, { address: databases.addressOf(identifier), port });
    return;
  }
  store.after(instance, waitMs, async () => {
    if (instance.identifier !== identifier || instance.endpoint || !isServed(instance)) return;
    await publish(store, instance);
    record(store, instance, "status");
  });
}

/** Cuts the endpoint off. */
export async function withdraw(instance: Instance): Promise<void> {
  const { endpoint } = instance;
  delete instance.endpoint;
  await endpoint?.close();
}

const isServed = (instance: Instance) =>
  isUsable(instance) || ["backing-up", "modifying", "rebooting"].includes(instance.status);
