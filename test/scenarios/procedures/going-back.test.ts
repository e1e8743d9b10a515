import { describe, expect } from "vitest";
import type { OperationRequest } from "../../../src/operations/operation.ts";
import type { Answer } from "../../simulation/answers.ts";
import { onAurora, onMultiAzCluster } from "../../simulation/database-seeds.ts";
import { type JudgedRun, judgedProcedure, visitedCloud } from "../../simulation/judged-procedure.ts";
import { at, judgedUpgrade, startsOf } from "../../simulation/judged-upgrade.ts";
import type { NoticeboardCloudOptions } from "../../simulation/noticeboard-cloud.ts";
import { ExecutionGone } from "../../simulation/run-procedure.ts";
import { OPERATION, upgradeRequest } from "../../simulation/run-upgrade.ts";
import type { SimulatedCloud } from "../../simulation/simulated-cloud.ts";
import { virtually } from "../shapes/virtually.ts";

const FENCE = "restore: { fence: sg-fence-noticeboard }";
const BACK = [FENCE, "onFailure: rollback"];
/** A restore that takes seconds. */
const LATENCIES = [
  "rds: { snapshotMs: 5000, instanceMs: 20000, clusterMs: 20000, modifyMs: 5000, renameMs: 10000, renameDnsMs: 30000 }",
];
const quick = { migrationMs: 5_000, latencies: LATENCIES, target: BACK };
const wentBack = { status: "rolled-back", site: "open" };

const failing = (cloud: NoticeboardCloudOptions = {}, more: Partial<Parameters<typeof judgedUpgrade>[0]> = {}) =>
  judgedUpgrade({ visitEveryMs: 2_000, ...more, cloud: { ...quick, breakage: "crash", ...cloud } });

describe("going back by itself", () => {
  virtually("fences the present data where resolvers still know its old name", async () => {
    const run = await failing({ switches: { renamedNameResolvesStale: true } });
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject({ ...wentBack, leftovers: [] });
  });

  const repoint = ["onFailure: rollback", "restore: { fence: sg-fence-noticeboard, mode: repoint }"];
  for (const [kind, seed, target] of [
    ["an Aurora cluster, and then its members", onAurora(), BACK],
    ["a Multi-AZ cluster, whose instances RDS makes", onMultiAzCluster, repoint],
  ] as const)
    virtually(`restores ${kind}`, async () => {
      const run = await failing({ seed, target: [...target] });
      expect(run.violations).toEqual([]);
      expect(run.state).toMatchObject(wentBack);
    });

  virtually("brings back a worker too", async () => {
    const run = await failing({ worker: true });
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject({ ...wentBack, leftovers: [] });
    expect(run.state.nodes.after).toHaveLength(5);
  });

  virtually("gives the old version the restored one's address with repoint", async () => {
    const run = await failing({ target: repoint });
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject(wentBack);
  });

  virtually("goes on wherever the runbook dies", async () => {
    const points: string[] = [];
    await failing({}, { run: { crash: (point) => void points.push(point) } });
    const later = points.slice(points.findIndex((point) => point.startsWith("before go-back")));
    expect(later.length).toBeGreaterThan(40);
    const chosen = new Set(later.filter((_, index) => index % 9 === 0));
    const deaths = chosen.size;
    const run = await failing(
      {},
      {
        run: {
          crash(point) {
            if (chosen.delete(point)) throw new Error("the worker was killed");
          },
        },
      },
    );
    expect({ crashes: run.crashes, violations: run.violations }).toEqual({ crashes: deaths, violations: [] });
    expect(run.state).toMatchObject({ ...wentBack, leftovers: [] });
  });

  virtually("goes on from anywhere in another run", async () => {
    const points: string[] = [];
    await failing({}, { run: { crash: (point) => void points.push(point) } });
    const later = points.slice(points.findIndex((point) => point.startsWith("before go-back")));
    for (const part of [0.15, 0.4, 0.6, 0.8, 0.97]) {
      const point = later[Math.floor(part * later.length)]!;
      let gone = false;
      const crash = (here: string) => {
        if (gone || here !== point) return;
        gone = true;
        throw new ExecutionGone(point);
      };
      const run = await failing({}, { run: { crash, answers: [{ when: "gone", what: "restore" }] } });
      expect({ point, violations: run.violations, status: run.state.status }).toEqual({
        point,
        violations: [],
        status: "rolled-back",
      });
    }
  });
});

const maintenance = (request: object, { answers, ...more }: { answers: Answer[] } & Pick<JudgedRun, "meddle">) =>
  judgedProcedure({
    cloud: { ...quick, target: [FENCE] },
    visitEveryMs: 2_000,
    ...more,
    run: {
      answers,
      request: {
        procedure: "maintenance",
        traffic: "closed",
        within: "10m",
        otherwise: "hold",
        snapshot: "required",
        ...request,
      } as OperationRequest,
    },
  });

describe("a maintenance that goes back", () => {
  virtually("when somebody decides so", async () => {
    const run = await maintenance({}, { answers: [{ when: "maintenance", what: "rollback" }] });
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject({ ...wentBack, leftovers: [] });
  });

  virtually("when the time is up and that was asked for", async () => {
    const run = await maintenance({ otherwise: "rollback" }, { answers: [] });
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject(wentBack);
  });

  virtually("with open traffic only where the lost writes are confirmed", async () => {
    const run = await maintenance({ traffic: "open" }, { answers: [{ when: "maintenance", what: "rollback" }] });
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject({ status: "held", site: "open" });
  });

  virtually("also where the one node has ended", async () => {
    const killed = at("work/maintenance", async (cloud: SimulatedCloud) =>
      cloud.ecs.killTask((await cloud.store.get(OPERATION))!.leaderTaskArn!),
    );
    const run = await maintenance({}, { answers: [{ when: "maintenance", what: "rollback" }], meddle: killed });
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject(wentBack);
  });
});

describe("a first start that goes back", () => {
  virtually("leaves an empty database and services at 0", async () => {
    const request: OperationRequest = {
      procedure: "first-start",
      database: "empty",
      evenIf: [],
      pause: false,
      snapshot: "required",
    };
    const bed = await visitedCloud({
      cloud: { ...quick, installMs: 5_000, breakage: "early-exit", target: BACK },
      visitEveryMs: 2_000,
    });
    const first = await bed.run({ request });
    await bed.visitors.stop();
    expect(first.violations).toEqual([]);
    expect(first.state).toMatchObject({ status: "rolled-back", leftovers: [] });
    expect(startsOf(bed.cloud, "sha256:1")).toHaveLength(1);
  });
});

describe("one operation after another", () => {
  virtually("an upgrade, its rollback, and the upgrade again", async () => {
    const bed = await visitedCloud({ cloud: { ...quick, target: [FENCE] }, visitEveryMs: 2_000 });
    const upgrade = await bed.run({ request: upgradeRequest() });
    const discards = { from: upgrade.state.window.openingAt! };
    const rollback = await bed.run({
      id: "op-20260115-060000-77aa11",
      request: { procedure: "rollback", of: OPERATION, discards },
    });
    const again = await bed.run({ id: "op-20260115-070000-77aa22", request: upgradeRequest() });
    await bed.visitors.stop();
    expect([upgrade, rollback, again].map(({ violations, state }) => [state.status, violations])).toEqual(
      Array(3).fill(["succeeded", []]),
    );
  });
});
