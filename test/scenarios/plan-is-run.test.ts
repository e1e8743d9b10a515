import fc from "fast-check";
import { expect, test } from "vitest";
import { noticeboardCloud } from "../simulation/noticeboard-cloud.ts";
import { comparable, planOf } from "../simulation/proven-shape.ts";
import { runUpgrade } from "../simulation/run-upgrade.ts";
import { inVirtualTime } from "../virtual-time.ts";

/** What differs between targets and changes what an operation does to them. */
const variation = fc.record({
  nodes: fc.integer({ min: 1, max: 4 }),
  delaySeconds: fc.constantFrom(0, 5, 30, 300),
  drainSeconds: fc.constantFrom(0, 5, 60),
  breaker: fc.constantFrom("{ enable: true, rollback: true }", "{ enable: true, rollback: false }", undefined),
  rebalancing: fc.constantFrom("ENABLED", "DISABLED"),
  scaled: fc.boolean(),
  worker: fc.boolean(),
  neighbour: fc.boolean(),
  warmUp: fc.boolean(),
  eta: fc.boolean(),
  snapshot: fc.constantFrom("required" as const, "none" as const),
});
type Variation = typeof variation extends fc.Arbitrary<infer Value> ? Value : never;

const cloudOf = ({ worker, neighbour, ...of }: Variation) =>
  noticeboardCloud({
    worker,
    neighbour,
    migrationMs: 5_000,
    latencies: ["rds: { snapshotMs: 5000 }"],
    target: [
      `snapshot: { warmUp: ${of.warmUp} }`,
      `drain: { seconds: ${of.drainSeconds} }`,
      `page: { message: "${of.eta ? "Back at about {{eta}}." : "Back soon."}" }`,
    ],
    seed: `
loadBalancers: { noticeboard: { targetGroups: { noticeboard: { deregistrationDelaySeconds: ${of.delaySeconds} } } } }
services:
  noticeboard:
    desiredCount: ${of.nodes}
    availabilityZoneRebalancing: ${of.rebalancing}
    deployment: ${of.breaker ? `{ circuitBreaker: ${of.breaker} }` : "null"}
scalableTargets: ${of.scaled ? "[{ service: noticeboard, min: 1, max: 6 }]" : "[]"}
`,
  });

test(
  "of targets of many kinds a plan changes nothing, and names the very mutations and waits of the run",
  {
    timeout: 300_000,
  },
  () =>
    fc.assert(
      fc.asyncProperty(variation, (of) =>
        inVirtualTime(async () => {
          const cloud = await cloudOf(of);
          const before = cloud.world.log.after().length;
          const plan = await planOf(cloud, { snapshot: of.snapshot });
          const changes = cloud.world.log
            .after(before)
            .flatMap((event) =>
              event.kind === "call" && !/^(Describe|List|Get|Query|BatchGet)/.test(event.operation)
                ? [event.operation]
                : [],
            );
          expect(changes).toEqual([]);
          expect(plan).toMatchObject({ ok: true });

          const { state, waits } = await runUpgrade(cloud, { request: { snapshot: of.snapshot } });
          expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
          expect(state.mutations.map(comparable)).toEqual(plan.mutations.map(comparable));
          expect(waits.map((wait) => wait.replaceAll(state.id, "op-00000000-000000-000000"))).toEqual(
            plan.waits.map(({ phase, until }) => `${phase}/${until}`),
          );
        }),
      ),
      { numRuns: 6 },
    ),
);
