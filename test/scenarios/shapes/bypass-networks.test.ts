import { expect } from "vitest";
import { provenShape } from "../../simulation/proven-shape.ts";
import type { SimulatedCloud } from "../../simulation/simulated-cloud.ts";
import { virtually } from "./virtually.ts";

const quick = { migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] };

/** What somebody there reads at each second, through every address, with no header that anybody would have to know. */
function readFrom(cloud: SimulatedCloud, remoteAddress: string): Map<string, Set<number>> {
  const { host, hostname, port } = new URL([...cloud.configuration.targets.values()][0]!.url);
  const seen = new Map<string, Set<number>>();
  void (async () => {
    for (;;) {
      const [last] = await cloud.store.list("noticeboard");
      const phase = (last && (await cloud.store.get(last.id)))?.phases.at(-1)?.phase ?? "before";
      for (const address of cloud.hosts.resolve(hostname)) {
        const request = { method: "GET", path: "/api/__health_check", headers: { host }, remoteAddress };
        const { status } = await cloud.hosts.send(address, Number(port), request).catch(() => ({ status: 0 }));
        seen.set(phase, (seen.get(phase) ?? new Set()).add(status));
      }
      await cloud.world.clock.sleep(1_000);
    }
  })();
  return seen;
}

virtually("networks that the target names reach the new version past the page, and nobody else does", async () => {
  let [office, street] = [new Map<string, Set<number>>(), new Map<string, Set<number>>()];
  const { plan } = await provenShape("bypass-networks", {
    cloud: { ...quick, target: ["loadBalancer: { bypassCidrs: [198.51.100.0/24, 2001:db8::/32] }"] },
    meddle: (cloud) => {
      office = readFrom(cloud, "198.51.100.7");
      street = readFrom(cloud, "203.0.113.200");
    },
  });
  const rules = plan.mutations.filter(({ operation }) => operation === "CreateRule");
  expect(rules.map(({ summary }) => summary)).toHaveLength(3);
  expect(office.get("verify")).toEqual(new Set([200]));
  expect(street.get("verify")).toEqual(new Set([503]));
});
