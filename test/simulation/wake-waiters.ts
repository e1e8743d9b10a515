import type { OperationFact } from "../../src/operations/event.ts";
import type { SimulatedCloud } from "./simulated-cloud.ts";

type Listener = (id: string, facts: OperationFact[]) => unknown;
const listenersOf = new WeakMap<SimulatedCloud, Set<Listener>>();
const wakersOf = new WeakMap<SimulatedCloud, Map<string, (callbackId: string) => void>>();

/** Calls back on whatever is appended to the log of any operation, after it is there. */
export function whenAppended(cloud: SimulatedCloud, listener: Listener): void {
  const known = listenersOf.get(cloud);
  if (known) return void known.add(listener);
  const listeners = new Set([listener]);
  listenersOf.set(cloud, listeners);
  const { store } = cloud;
  const { append } = store;
  store.append = async (id, facts) => {
    const state = await append(id, facts);
    for (const each of listeners) await each(id, facts);
    return state;
  };
}

/** As the API does: a run that waits for a decision is woken by it. The last run of an operation is the one that waits. */
export function wakeWaiters(
  cloud: SimulatedCloud,
  { id, wake }: { id: string; wake: (callbackId: string) => void },
): void {
  const wakers = wakersOf.get(cloud) ?? new Map<string, (callbackId: string) => void>();
  wakers.set(id, wake);
  if (wakersOf.has(cloud)) return;
  wakersOf.set(cloud, wakers);
  whenAppended(cloud, async (of, facts) => {
    if (!facts.some(({ type }) => type === "decided")) return;
    const { callbackId } = await cloud.store.control(of);
    if (callbackId !== undefined) wakers.get(of)?.(callbackId);
  });
}
