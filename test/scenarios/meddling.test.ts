import { DescribeServicesCommand, ECSClient, RunTaskCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import {
  DeleteRuleCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, test } from "vitest";
import { at, judgedUpgrade, type Meddling, startsOf } from "../simulation/judged-upgrade.ts";
import { rowsOf } from "../simulation/noticeboard-cloud.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import { disturbCloud } from "../simulator/disturbances/cloud-disturbance.ts";
import { inVirtualTime } from "../virtual-time.ts";

/** Runs an upgrade while someone else does something when an event of that key is logged. */
async function upgradeWhile(
  key: string,
  meddle: (cloud: SimulatedCloud) => Promise<unknown>,
  options: Meddling["cloud"] = {},
) {
  let meddledAt = 0;
  const run = await judgedUpgrade({
    cloud: options,
    meddle: at(key, (cloud) => {
      meddledAt = cloud.world.clock.now();
      return meddle(cloud);
    }),
  });
  expect(run.violations).toEqual([]);
  return { ...run, meddledAt };
}

const deleteOurRules = async ({ operator }: SimulatedCloud) => {
  const elb = new ElasticLoadBalancingV2Client(operator);
  const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({}));
  const { Listeners } = await elb.send(
    new DescribeListenersCommand({ LoadBalancerArn: LoadBalancers![0]!.LoadBalancerArn }),
  );
  const { Rules } = await elb.send(new DescribeRulesCommand({ ListenerArn: Listeners![0]!.ListenerArn }));
  for (const { RuleArn, IsDefault } of Rules!) if (!IsDefault) await elb.send(new DeleteRuleCommand({ RuleArn }));
};

const startOldNodes = ({ operator }: SimulatedCloud) =>
  new ECSClient(operator).send(
    new UpdateServiceCommand({ cluster: "noticeboard", service: "noticeboard", desiredCount: 2 }),
  );

const heldWithinMs = (run: Awaited<ReturnType<typeof upgradeWhile>>) =>
  Date.parse(run.events.find(({ type }) => type === "held")!.at) - run.meddledAt;

describe("while the leader migrates", () => {
  test(
    "someone deletes the page: it is put up again and the operation held, within ten seconds",
    { timeout: 60_000 },
    () =>
      inVirtualTime(async () => {
        const run = await upgradeWhile("migrate/says/the leader answers 503 migrating prices, 30 %", deleteOurRules);
        expect(run.state).toMatchObject({ status: "held", problem: { code: "page-was-gone" } });
        expect(heldWithinMs(run)).toBeLessThanOrEqual(10_000);
        expect(run.visitors.statuses.at(-1)).toMatchObject({ status: 503 });
      }),
  );

  test("someone starts old nodes: the operation is held within ten seconds and names them", { timeout: 60_000 }, () =>
    inVirtualTime(async () => {
      const run = await upgradeWhile("migrate/says/the leader answers 503 migrating prices, 30 %", startOldNodes);
      expect(run.state).toMatchObject({ status: "held", problem: { code: "foreign-start" } });
      expect(run.state.problem!.message).toContain("service:noticeboard");
      expect(heldWithinMs(run)).toBeLessThanOrEqual(10_000);
    }),
  );
});

test(
  "while the snapshot is taken someone starts old nodes: everything is put back, for no new version has run",
  { timeout: 60_000 },
  () =>
    inVirtualTime(async () => {
      const run = await upgradeWhile("back-up/says/snapshot: creating, 10 %", startOldNodes);
      expect(run.state).toMatchObject({ status: "rolled-back", problem: { code: "foreign-start" }, leftovers: [] });
      expect(run.state.nodes.after).toHaveLength(3);
      expect(run.visitors.statuses.at(-1)).toMatchObject({ status: 201 });
      expect(rowsOf(run.cloud).length).toBe(run.visitors.acknowledged.length);
    }),
);

const runNewVersion = async ({ operator }: SimulatedCloud) => {
  const ecs = new ECSClient(operator);
  const { services } = await ecs.send(
    new DescribeServicesCommand({ cluster: "noticeboard", services: ["noticeboard"] }),
  );
  await ecs.send(
    new RunTaskCommand({
      cluster: "noticeboard",
      taskDefinition: "noticeboard:2",
      launchType: "FARGATE",
      networkConfiguration: services![0]!.networkConfiguration,
    }),
  );
};

test(
  "before anything stopped someone runs the new version: the old one is never started beside it",
  { timeout: 60_000 },
  () =>
    inVirtualTime(async () => {
      const cloud = await judgedUpgrade({
        cloud: { target: ["timeouts: { stop: 2m, putBack: 3m }"] },
        meddle: at("stop/begin", runNewVersion),
      });
      expect(cloud.state).toMatchObject({ status: "held", site: "closed" });
      expect(cloud.state.problem).toMatchObject({ code: "foreign-start" });
      expect(startsOf(cloud.cloud, "sha256:1")).toHaveLength(3);
    }),
);

test(
  "while the nodes stop someone runs the version that was there before from another revision: everything is put back beside it",
  { timeout: 60_000 },
  () =>
    inVirtualTime(async () => {
      const { state, violations, visitors } = await judgedUpgrade({
        cloud: { target: ["timeouts: { stop: 1m, putBack: 3m }"] },
        meddle: at("stop/begin", (cloud) =>
          disturbCloud(cloud, { what: "task-run", service: 0, image: "old", by: "schedule" }),
        ),
      });
      expect(violations).toEqual([]);
      expect(state).toMatchObject({ status: "rolled-back", site: "open", leftovers: [] });
      expect(visitors.statuses.at(-1)).toMatchObject({ status: 201 });
    }),
);
