import { expect, test } from "vitest";
import { judgedUpgrade } from "../simulation/judged-upgrade.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../virtual-time.ts";

/** Readers of the other application behind the same listener, through every address. */
function startReaders(cloud: SimulatedCloud) {
  const { host, hostname } = new URL([...cloud.configuration.targets.values()][0]!.url);
  const seen = new Map<string, number>();
  void (async () => {
    for (;;) {
      for (const address of cloud.hosts.resolve(hostname))
        for (const path of ["/", "/wiki/page", "/apis"]) {
          const request = { method: "GET", path, headers: { host }, remoteAddress: "203.0.113.9" };
          const answer = await cloud.hosts.send(address, 8080, request);
          const what = `${answer.status} ${answer.body}`;
          seen.set(what, (seen.get(what) ?? 0) + 1);
        }
      await cloud.world.clock.sleep(1_000);
    }
  })();
  return seen;
}

test(
  "another application behind the same listener never sees our page, and its rules are not touched",
  { timeout: 60_000 },
  () =>
    inVirtualTime(async () => {
      let seen = new Map<string, number>();
      const { state, violations } = await judgedUpgrade({
        cloud: { neighbour: true },
        arrange: (cloud) => {
          seen = startReaders(cloud);
        },
      });
      expect(violations).toEqual([]);
      expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
      expect([...seen.keys()]).toEqual(["200 the wiki"]);
      expect(seen.get("200 the wiki")).toBeGreaterThan(500);
      const rules = state.mutations.filter(({ operation }) => operation === "CreateRule").map(({ summary }) => summary);
      expect(rules).toEqual([
        "Let requests with the bypass header through on HTTP 8080 at priority 98",
        "Answer the public on HTTP 8080 at priority 99 with the 503 page",
      ]);
    }),
);

test(
  "a service without a load balancer on the same database stops, and starts again on the new version, with the others",
  { timeout: 60_000 },
  () =>
    inVirtualTime(async () => {
      const { state, violations, cloud } = await judgedUpgrade({ cloud: { worker: true } });
      expect(violations).toEqual([]);
      expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
      expect(state.nodes.after.map(({ service }) => service).toSorted()).toEqual([
        "noticeboard",
        "noticeboard",
        "noticeboard",
        "noticeboard-worker",
        "noticeboard-worker",
      ]);
      const leaders = cloud.world.log
        .after()
        .filter(
          (event) => event.kind === "container" && event.change === "started" && event.group.startsWith("family:"),
        );
      expect(leaders).toHaveLength(1);
    }),
);

test("a caller who wants no snapshot is warned, and gets none", { timeout: 60_000 }, () =>
  inVirtualTime(async () => {
    const { state, violations } = await judgedUpgrade({ run: { request: { snapshot: "none" } } });
    expect(violations).toEqual([]);
    expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
    expect(state.snapshot).toBeUndefined();
    expect(state.checks.find(({ name }) => name === "database-is-available")).toMatchObject({ outcome: "warned" });
  }),
);
