import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import {
  DeleteRuleCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, test } from "vitest";
import { noticeboardCloud, rowsOf } from "../simulation/noticeboard-cloud.ts";
import { runUpgrade } from "../simulation/run-upgrade.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import { startVisitors } from "../simulation/visitors.ts";
import { inVirtualTime } from "../virtual-time.ts";

/** Runs an upgrade while someone else does something when an event of that key is logged. */
async function upgradeWhile(key: string, meddle: (cloud: SimulatedCloud) => Promise<unknown>) {
  const cloud = await noticeboardCloud();
  const visitors = startVisitors(cloud);
  await cloud.world.clock.sleep(5_000);
  const { store } = cloud.runbook;
  const append = store.append;
  let meddledAt: number | undefined;
  store.append = async (id, facts) => {
    const state = await append(id, facts);
    if (meddledAt === undefined && facts.some((fact) => fact.key.startsWith(key))) {
      meddledAt = cloud.world.clock.now();
      await meddle(cloud);
    }
    return state;
  };
  const finished = await runUpgrade(cloud);
  await cloud.world.clock.sleep(10_000);
  await visitors.stop();
  return { cloud, visitors, meddledAt: meddledAt!, ...finished };
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
        const run = await upgradeWhile("migrate/says/the leader answers 503 migrating", deleteOurRules);
        expect(run.state).toMatchObject({ status: "held", problem: { code: "page-was-gone" } });
        expect(heldWithinMs(run)).toBeLessThanOrEqual(10_000);
        expect(run.visitors.statuses.at(-1)).toMatchObject({ status: 503 });
      }),
  );

  test("someone starts old nodes: the operation is held within ten seconds and names them", { timeout: 60_000 }, () =>
    inVirtualTime(async () => {
      const run = await upgradeWhile("migrate/says/the leader answers 503 migrating", startOldNodes);
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
      const run = await upgradeWhile("back-up/says/snapshot: creating, 10", startOldNodes);
      expect(run.state).toMatchObject({ status: "rolled-back", problem: { code: "foreign-start" }, leftovers: [] });
      expect(run.state.nodes.after).toHaveLength(3);
      expect(run.visitors.statuses.at(-1)).toMatchObject({ status: 201 });
      expect(rowsOf(run.cloud).length).toBe(run.visitors.acknowledged.length);
    }),
);
