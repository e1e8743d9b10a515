import { createHook } from "node:async_hooks";

/**
 * What Node's thread pool does for a process: files, and cryptography that is awaited. process.getActiveResourcesInfo() knows nothing of the latter.
 * Random bytes are drawn at once, and nothing says that they are there until they are collected as garbage.
 */
const OF_THE_THREAD_POOL = /^FSREQ|^(?!HTTP|RANDOMBYTES).*REQUEST$/;

/** Watches what this process has others do from here on, outside of JavaScript, until it is stopped. */
export function watchRealWork() {
  const underWay = new Map<number, string>();
  const hook = createHook({
    init(id, type) {
      if (OF_THE_THREAD_POOL.test(type)) underWay.set(id, type);
    },
    after: (id) => void underWay.delete(id),
    destroy: (id) => void underWay.delete(id),
    // Promises are most of what is made, and none of it is work.
    ...{ trackPromises: false },
  }).enable();
  return {
    /** The kinds of it, one for each piece that is under way. */
    underWay: (): string[] => [...underWay.values()],
    isNone: (): boolean => underWay.size === 0,
    stop: () => void hook.disable(),
  };
}
