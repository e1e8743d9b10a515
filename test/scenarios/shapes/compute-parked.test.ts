import { ApplicationAutoScalingClient, DescribeScalableTargetsCommand } from "@aws-sdk/client-application-auto-scaling";
import { DescribeServicesCommand, ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { describe, expect, test } from "vitest";
import { at, judgedUpgrade } from "../../simulation/judged-upgrade.ts";
import { provenShape, refusedShape } from "../../simulation/proven-shape.ts";
import type { SimulatedCloud } from "../../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../../virtual-time.ts";

const virtually = (name: string, run: () => Promise<void>) => test(name, { timeout: 60_000 }, () => inVirtualTime(run));
const quick = { migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] };
const parkedWorker = { worker: true, seed: "services: { noticeboard-worker: { desiredCount: 0 } }" };

const workerOf = async ({ operator }: SimulatedCloud) => {
  const { services: [service] = [] } = await new ECSClient(operator).send(
    new DescribeServicesCommand({ cluster: "noticeboard", services: ["noticeboard-worker"] }),
  );
  return service!;
};
const setCount =
  (service: string, desiredCount: number, settleMs = 90_000) =>
  async (cloud: SimulatedCloud) => {
    const update = new UpdateServiceCommand({ cluster: "noticeboard", service, desiredCount });
    await new ECSClient(cloud.operator).send(update);
    await cloud.world.clock.sleep(settleMs);
  };
const workerStarts = (cloud: SimulatedCloud, since: string) =>
  cloud.world.log
    .after()
    .filter(
      (event) =>
        event.kind === "container" &&
        event.change === "started" &&
        event.group === "service:noticeboard-worker" &&
        event.at > since,
    );

describe("a service parked at 0", () => {
  virtually("takes the new revision and stays at 0", async () => {
    const { cloud, events } = await provenShape("parked-worker", { cloud: parkedWorker });
    const { desiredCount, runningCount, taskDefinition } = await workerOf(cloud);
    expect({ desiredCount, runningCount }).toEqual({ desiredCount: 0, runningCount: 0 });
    expect(taskDefinition).toMatch(/noticeboard-worker:2$/);
    expect(workerStarts(cloud, events[0]!.at)).toEqual([]);
  });

  virtually(
    "whose deployment ECS never calls completed keeps what could roll it back switched off, and says so",
    async () => {
      const run = await judgedUpgrade({
        cloud: { ...quick, ...parkedWorker },
        arrange: ({ world }) => {
          world.switches.deploymentAtZeroCompletes = false;
        },
      });
      expect(run.violations).toEqual([]);
      expect(run.state.status).toBe("succeeded");
      expect(run.state.leftovers.map(({ what }) => what)).toEqual([
        "a deployment is not completed: noticeboard-worker: IN_PROGRESS, COMPLETED",
        expect.stringContaining("Switch off what would start nodes of noticeboard-worker by itself"),
      ]);
      const finishedAfterMs =
        Date.parse(run.events.at(-1)!.at) - Date.parse(run.events.find(({ type }) => type === "opened")!.at);
      expect(finishedAfterMs).toBeLessThan(120_000);
    },
  );

  virtually("stays as it was when everything is put back", async () => {
    const run = await judgedUpgrade({ cloud: { ...quick, ...parkedWorker, cannotStart: true } });
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject({ status: "rolled-back", leftovers: [] });
    expect((await workerOf(run.cloud)).taskDefinition).toMatch(/noticeboard-worker:1$/);
  });

  virtually(
    "and started by somebody before the window is stopped like the others, and gets its nodes on the new version",
    async () => {
      const run = await judgedUpgrade({
        cloud: { ...quick, ...parkedWorker },
        meddle: at("close/closing", setCount("noticeboard-worker", 1)),
      });
      expect(run.state).toMatchObject({ status: "succeeded", leftovers: [] });
      expect(run.violations.filter(({ invariant }) => invariant !== 6 && invariant !== 7)).toEqual([]);
      expect((await workerOf(run.cloud)).runningCount).toBe(1);
    },
  );

  virtually("is refused where it is the leader's: there is nothing to upgrade from", async () => {
    await refusedShape(
      "leader-parked",
      { arrange: setCount("noticeboard", 0, 600_000), cloud: { seed: "scalableTargets: []" } },
      { isDown: true },
    );
  });
});

const boundsOf = async ({ operator }: SimulatedCloud) => {
  const { ScalableTargets = [] } = await new ApplicationAutoScalingClient(operator).send(
    new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs" }),
  );
  return Object.fromEntries(
    ScalableTargets.map(({ ResourceId, MinCapacity, MaxCapacity, SuspendedState }) => [
      ResourceId!.split("/").at(-1)!,
      { min: MinCapacity, max: MaxCapacity, suspended: Object.values(SuspendedState!).some(Boolean) },
    ]),
  );
};
const BOUNDED_WORKER = `
services: { noticeboard-worker: { desiredCount: 1 } }
scalableTargets:
  - { service: noticeboard, min: 2, max: 6 }
  - { service: noticeboard-worker, min: 1, max: 4 }
`;

describe("a count outside its scaling bounds", () => {
  virtually(
    "of a worker parked below its minimum is kept: the minimum stays lowered, and how to raise it is said",
    async () => {
      const { cloud, events, plan } = await provenShape(
        "parked-below-minimum",
        { cloud: { worker: true, seed: BOUNDED_WORKER }, arrange: setCount("noticeboard-worker", 0) },
        {
          leftovers: [
            {
              what: expect.stringContaining("The scaling of noticeboard-worker has bounds of 0 to 4 instead of 1 to 4"),
              fix: expect.stringContaining(
                "register-scalable-target --service-namespace ecs --scalable-dimension ecs:service:DesiredCount --resource-id service/noticeboard/noticeboard-worker --min-capacity 1 --max-capacity 4",
              ),
            },
          ],
        },
      );
      expect(plan.checks.find(({ name }) => name === "scaling-can-be-suspended")).toMatchObject({ outcome: "warned" });
      expect(workerStarts(cloud, events[0]!.at)).toEqual([]);
      expect(await boundsOf(cloud)).toEqual({
        noticeboard: { min: 2, max: 6, suspended: false },
        "noticeboard-worker": { min: 0, max: 4, suspended: false },
      });
    },
  );

  virtually("below the minimum is kept when everything is put back, too", async () => {
    const run = await judgedUpgrade({
      cloud: { ...quick, worker: true, seed: BOUNDED_WORKER, cannotStart: true },
      arrange: setCount("noticeboard-worker", 0),
    });
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject({
      status: "rolled-back",
      leftovers: [{ fix: expect.stringContaining("--min-capacity 1") }],
    });
    expect(workerStarts(run.cloud, run.events[0]!.at)).toEqual([]);
    expect((await boundsOf(run.cloud))["noticeboard-worker"]).toEqual({ min: 0, max: 4, suspended: false });
  });

  virtually("above the maximum is kept: no node is stopped in the end", async () => {
    const { cloud } = await provenShape(
      "above-maximum",
      {
        cloud: { seed: "scalableTargets: [{ service: noticeboard, min: 1, max: 3 }]" },
        arrange: setCount("noticeboard", 5),
      },
      { leftovers: [{ what: expect.stringContaining("bounds of 1 to 5 instead of 1 to 3") }] },
    );
    expect((await boundsOf(cloud)).noticeboard).toEqual({ min: 1, max: 5, suspended: false });
  });

  virtually("that lies within them in the end gets them back exactly", async () => {
    const run = await judgedUpgrade({
      cloud: { ...quick, worker: true, seed: BOUNDED_WORKER },
      arrange: setCount("noticeboard-worker", 0),
      meddle: at("close/suspend/noticeboard-worker", setCount("noticeboard-worker", 1)),
    });
    expect(run.state).toMatchObject({ status: "succeeded", leftovers: [] });
    expect((await boundsOf(run.cloud))["noticeboard-worker"]).toEqual({ min: 1, max: 4, suspended: false });
  });

  virtually("that somebody brought about after preflight ends the operation before the site closes", async () => {
    const run = await judgedUpgrade({
      cloud: quick,
      meddle: at("close/suspend/noticeboard", setCount("noticeboard", 1)),
    });
    expect(run.state.window.closingAt).toBeUndefined();
    expect(run.state).toMatchObject({ status: "rolled-back", problem: { code: "changed-meanwhile" }, leftovers: [] });
    expect(run.state.problem?.message).toContain("expected noticeboard to have 2 to 6 nodes, found 1");
  });

  virtually("of a target that is suspended already is left alone", async () => {
    const run = await judgedUpgrade({
      cloud: {
        ...quick,
        worker: true,
        seed: `${BOUNDED_WORKER.replace("max: 4", "max: 4, suspended: { in: true, out: true, scheduled: true }")}`,
      },
      arrange: setCount("noticeboard-worker", 0),
    });
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject({ status: "succeeded", leftovers: [] });
    expect(run.state.mutations.filter(({ operation }) => operation === "RegisterScalableTarget")).toHaveLength(1);
  });
});
