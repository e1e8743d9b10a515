import type { SimulatedCloud } from "./simulated-cloud.ts";

export type Acknowledged = { at: number; text: string; price: number };

/** Visitors who write a notice and read the list every so often, each time through another address, and remember what was acknowledged. */
export function startVisitors(cloud: SimulatedCloud, { everyMs = 500 } = {}) {
  const { clock } = cloud.world;
  const target = [...cloud.configuration.targets.values()][0]!;
  const { hostname, port, host } = new URL(target.url);
  const addresses = cloud.hosts.resolve(hostname);
  const acknowledged: Acknowledged[] = [];
  const statuses: { at: number; status: number }[] = [];
  let going = true;
  const done = (async () => {
    for (let turn = 0; going; turn += 1) {
      const address = addresses[turn % addresses.length]!;
      const notice = { text: `notice ${turn}`, price: 10 + (turn % 90) };
      const at = clock.now();
      const answer = await cloud.hosts
        .send(address, Number(port || 80), {
          method: "POST",
          path: "/api/notices",
          headers: { host, "content-type": "application/json" },
          body: JSON.stringify(notice),
          remoteAddress: "203.0.113.7",
        })
        .catch(() => ({ status: 0 }));
      statuses.push({ at, status: answer.status });
      if (answer.status === 201) acknowledged.push({ at, ...notice });
      await clock.sleep(everyMs);
    }
  })();
  return {
    acknowledged,
    statuses,
    async stop() {
      going = false;
      await done;
    },
  };
}
