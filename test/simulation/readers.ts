import type { SimulatedCloud } from "./simulated-cloud.ts";

/** Readers of the other application behind the same listener, through every address: what they were answered, and how often. */
export function startReaders(cloud: SimulatedCloud, paths = ["/", "/wiki/page", "/apis"]): Map<string, number> {
  const { host, hostname, port } = new URL([...cloud.configuration.targets.values()][0]!.url);
  const seen = new Map<string, number>();
  void (async () => {
    for (;;) {
      for (const address of cloud.hosts.resolve(hostname))
        for (const path of paths) {
          const request = { method: "GET", path, headers: { host }, remoteAddress: "203.0.113.9" };
          const answer = await cloud.hosts.send(address, Number(port), request);
          const what = `${answer.status} ${answer.body}`;
          seen.set(what, (seen.get(what) ?? 0) + 1);
        }
      await cloud.world.clock.sleep(1_000);
    }
  })();
  return seen;
}
