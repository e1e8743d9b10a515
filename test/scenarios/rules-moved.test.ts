import {
  DeleteRuleCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  SetRulePrioritiesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect } from "vitest";
import { at, judgedUpgrade, type Meddling, refusal } from "../simulation/judged-upgrade.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import { virtually } from "./shapes/virtually.ts";

/** The noticeboard's rule directly behind one of the wiki, and another right behind it: both must move up by two. */
const packed = {
  migrationMs: 5_000,
  latencies: ["rds: { snapshotMs: 5000 }"],
  neighbour: true,
  target: ["loadBalancer: { movePriorities: true }"],
  seed: `
loadBalancers:
  noticeboard:
    listeners:
      - port: 8080
        default: { targetGroup: wiki }
        rules:
          - { priority: 1, conditions: { path: ["/wiki/*"] }, action: { targetGroup: wiki } }
          - { priority: 2, conditions: { path: ["/api/*"] }, action: { targetGroup: noticeboard } }
          - { priority: 3, conditions: { path: ["/*/page"] }, action: { targetGroup: wiki } }
`,
};

async function ownerOf({ operator }: SimulatedCloud) {
  const elb = new ElasticLoadBalancingV2Client(operator);
  const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({}));
  const { LoadBalancerArn } = LoadBalancers![0]!;
  const { Listeners } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
  const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn: Listeners![0]!.ListenerArn }));
  const numbers = Object.fromEntries(
    Rules.map(({ Conditions, Priority }) => [Conditions?.[0]?.PathPatternConfig?.Values?.[0] ?? "default", Priority]),
  );
  return { elb, rules: Rules, numbers };
}
const AS_BEFORE = { "/wiki/*": "1", "/api/*": "2", "/*/page": "3", default: "default" };

async function upgrade(meddling: Meddling) {
  const run = await judgedUpgrade({ cloud: packed, ...meddling });
  expect(run.violations).toEqual([]);
  return { ...run, ...(await ownerOf(run.cloud)) };
}

describe("moved rules get their old numbers back", () => {
  for (const moment of ["close/move", "close/close/bypass", "stop/stop/", "finish/undo/close/move"])
    virtually(`when the runbook crashes around ${moment}`, async () => {
      let left = 2;
      const { state, numbers, crashes } = await upgrade({
        run: {
          crash: (point) => {
            if (!point.includes(moment) || left === 0) return;
            left -= 1;
            throw Object.assign(new Error("crash"), { name: "Crash" });
          },
        },
      });
      expect(crashes).toBe(2);
      expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
      expect(numbers).toEqual(AS_BEFORE);
    });

  virtually("when the leader never runs", async () => {
    const { state, numbers } = await upgrade({ cloud: { ...packed, cannotStart: true } });
    expect(state).toMatchObject({ status: "rolled-back", leftovers: [] });
    expect(numbers).toEqual(AS_BEFORE);
  });

  virtually("when AWS refuses to move them: nothing was closed", async () => {
    const { state, numbers } = await upgrade({
      meddle: (cloud) => {
        cloud.runbook.aws.loadBalancers.setPriorities = () => Promise.reject(refusal("AccessDenied"));
      },
    });
    expect(state).toMatchObject({ status: "rolled-back", leftovers: [], problem: { code: "aws-refused" } });
    expect(numbers).toEqual(AS_BEFORE);
  });

  virtually("when somebody deleted one of them meanwhile: all that are there", async () => {
    const { state, numbers } = await upgrade({
      meddle: at("back-up/begin", async (cloud) => {
        const { elb, rules } = await ownerOf(cloud);
        await elb.send(new DeleteRuleCommand({ RuleArn: rules.find(({ Priority }) => Priority === "5")!.RuleArn }));
      }),
    });
    expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
    expect(numbers).toEqual({ "/wiki/*": "1", "/api/*": "2", default: "default" });
  });

  virtually("when somebody moved one of them meanwhile: the others, and the command for that one is left", async () => {
    const { state, numbers } = await upgrade({
      meddle: at("back-up/begin", async (cloud) => {
        const { elb, rules } = await ownerOf(cloud);
        const { RuleArn } = rules.find(({ Priority }) => Priority === "5")!;
        await elb.send(new SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn, Priority: 7 }] }));
      }),
    });
    expect(state.status).toBe("succeeded");
    expect(state.leftovers).toEqual([
      {
        what: expect.stringContaining("at 7 instead of 3"),
        fix: expect.stringMatching(/aws elbv2 set-rule-priorities --rule-priorities RuleArn=\S+,Priority=3$/),
      },
    ]);
    expect(numbers).toEqual({ ...AS_BEFORE, "/*/page": "7" });
  });
});
