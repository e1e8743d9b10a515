import { expect, test } from "vitest";
import { judgedUpgrade } from "../simulation/judged-upgrade.ts";
import { startReaders } from "../simulation/readers.ts";
import { inVirtualTime } from "../virtual-time.ts";

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
