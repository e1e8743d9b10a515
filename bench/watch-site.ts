import { setTimeout as sleep } from "node:timers/promises";

const EVERY_MS = 100;

/** Visitors in real time, at both addresses of the load balancer in turn, who note what they are answered. */
export function watchSite(url: string) {
  const addresses = [url, url.replace("127.0.0.1", "127.0.0.2")];
  const answers: { at: number; status: number }[] = [];
  const stopped = new AbortController();
  const watching = (async () => {
    for (let turn = 0; !stopped.signal.aborted; turn += 1) {
      const at = performance.now();
      const answer = await fetch(`${addresses[turn % 2]}/api/notices`).catch(() => undefined);
      await answer?.body?.cancel();
      answers.push({ at, status: answer?.status ?? 0 });
      await sleep(EVERY_MS);
    }
  })();
  return {
    async stop() {
      stopped.abort();
      await watching;
    },
    /** From the first 503 to the last. */
    windowSeconds(): number {
      const closed = answers.filter(({ status }) => status === 503);
      return ((closed.at(-1)?.at ?? Number.NaN) - (closed[0]?.at ?? Number.NaN)) / 1_000;
    },
  };
}
