import {
  CreateListenerCommand,
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  ModifyListenerCommand,
  ModifyRuleCommand,
  type Rule,
  SetRulePrioritiesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect } from "vitest";
import { waysOn } from "../../src/operations/ways-on.ts";
import { at, judgedUpgrade, type Meddling } from "../simulation/judged-upgrade.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import { virtually } from "./shapes/virtually.ts";

const quick = { migrationMs: 20_000, latencies: ["rds: { snapshotMs: 20000 }"] };
const WHILE_IT_MIGRATES = "migrate/says/the leader answers 503 migrating prices, 30 %";
const PATH = (pattern: string) => [{ Field: "path-pattern", PathPatternConfig: { Values: [pattern] } }];

/** The listener as its owner sees it, in the middle of the window. */
async function ownerOf({ operator }: SimulatedCloud) {
  const elb = new ElasticLoadBalancingV2Client(operator);
  const { LoadBalancers: [balancer] = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  const { LoadBalancerArn } = balancer!;
  const { Listeners: [listener] = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
  const ListenerArn = listener!.ListenerArn!;
  const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn }));
  const forwardTo = (name: string) => ({
    Type: "forward" as const,
    TargetGroupArn: TargetGroups.find(({ TargetGroupName }) => TargetGroupName === name)!.TargetGroupArn,
  });
  const closing = (rule: Rule) => rule.Actions?.[0]?.FixedResponseConfig?.StatusCode === "503";
  return { elb, LoadBalancerArn, ListenerArn, rules: Rules, forwardTo, page: Rules.find(closing)! };
}

/** Somebody meddles in the middle of the window; the operation must notice within ten seconds, which the checker judges too. */
async function upgradeWhile(
  key: string,
  meddle: (owner: Awaited<ReturnType<typeof ownerOf>>) => Promise<unknown>,
  meddling: Meddling = {},
) {
  let meddledAt = 0;
  const run = await judgedUpgrade({
    cloud: { ...quick, neighbour: true, ...meddling.cloud },
    ...meddling,
    meddle: at(key, async (cloud) => {
      meddledAt = cloud.world.clock.now();
      await meddle(await ownerOf(cloud));
    }),
  });
  expect(run.violations).toEqual([]);
  return { ...run, meddledAt };
}

/** It was held within ten seconds, and a while later nobody gets past the page. */
function expectClosed({ state, events, meddledAt, visitors }: Awaited<ReturnType<typeof upgradeWhile>>) {
  expect(state).toMatchObject({ status: "held", problem: { code: "page-was-gone" } });
  expect(Date.parse(events.find(({ type }) => type === "held")!.at) - meddledAt).toBeLessThanOrEqual(10_000);
  expect(visitors.statuses.slice(-4).map(({ status }) => status)).toEqual([503, 503, 503, 503]);
}

describe("while the leader migrates, somebody else makes a way in: it is closed and the operation held within ten seconds", () => {
  virtually("a new rule before ours", async () => {
    const run = await upgradeWhile(WHILE_IT_MIGRATES, ({ elb, ListenerArn, forwardTo }) =>
      elb.send(
        new CreateRuleCommand({
          ListenerArn,
          Priority: 50,
          Conditions: PATH("/api/not*"),
          Actions: [forwardTo("noticeboard")],
        }),
      ),
    );
    expectClosed(run);
    expect(run.state.problem?.message).toContain("HTTP 8080, rule 50 leads to it");
    expect(run.state.mutations.at(-1)!.summary).toBe("Answer the public on HTTP 8080 at priority 49 with the 503 page");
  });

  virtually("a default action that leads to it", async () => {
    const run = await upgradeWhile(WHILE_IT_MIGRATES, ({ elb, ListenerArn, forwardTo }) =>
      elb.send(new ModifyListenerCommand({ ListenerArn, DefaultActions: [forwardTo("noticeboard")] })),
    );
    expectClosed(run);
    expect(run.state.mutations.at(-1)!.summary).toBe(
      "Answer the public on HTTP 8080 at priority 101 with the 503 page",
    );
  });

  virtually("a new listener", async () => {
    const run = await upgradeWhile(
      WHILE_IT_MIGRATES,
      ({ elb, LoadBalancerArn, forwardTo }) =>
        elb.send(
          new CreateListenerCommand({
            LoadBalancerArn,
            Port: 9090,
            Protocol: "HTTP",
            DefaultActions: [forwardTo("noticeboard")],
          }),
        ),
      { visitPorts: [9090] },
    );
    expectClosed(run);
  });

  virtually("the page made to lead to it", async () => {
    const run = await upgradeWhile(WHILE_IT_MIGRATES, ({ elb, page, forwardTo }) =>
      elb.send(new ModifyRuleCommand({ RuleArn: page.RuleArn, Actions: [forwardTo("noticeboard")] })),
    );
    expectClosed(run);
  });

  virtually("the page made for other requests", async () => {
    const run = await upgradeWhile(WHILE_IT_MIGRATES, ({ elb, page }) =>
      elb.send(new ModifyRuleCommand({ RuleArn: page.RuleArn, Conditions: PATH("/nothing") })),
    );
    expectClosed(run);
  });

  virtually("the page moved behind the rule that it closes", async () => {
    const run = await upgradeWhile(WHILE_IT_MIGRATES, ({ elb, page }) =>
      elb.send(new SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn: page.RuleArn, Priority: 200 }] })),
    );
    expectClosed(run);
  });

  virtually("all rules of the listener made anew", async () => {
    const run = await upgradeWhile(WHILE_IT_MIGRATES, async ({ elb, ListenerArn, rules, forwardTo }) => {
      for (const { RuleArn, IsDefault } of rules) if (!IsDefault) await elb.send(new DeleteRuleCommand({ RuleArn }));
      for (const [Priority, path, group] of [
        [10, "/api/*", "noticeboard"],
        [20, "/wiki/*", "wiki"],
      ] as const)
        await elb.send(
          new CreateRuleCommand({ ListenerArn, Priority, Conditions: PATH(path), Actions: [forwardTo(group)] }),
        );
    });
    expectClosed(run);
    expect(run.state.mutations.at(-1)!.summary).toBe("Answer the public on HTTP 8080 at priority 9 with the 503 page");
  });
});

virtually(
  "where there is no room to close a new way in, the held operation says which one lets the public in",
  async () => {
    const run = await judgedUpgrade({
      cloud: { ...quick, neighbour: true },
      meddle: at(WHILE_IT_MIGRATES, async (cloud) => {
        const { elb, ListenerArn, forwardTo } = await ownerOf(cloud);
        await elb.send(
          new CreateRuleCommand({
            ListenerArn,
            Priority: 1,
            Conditions: PATH("/api/*"),
            Actions: [forwardTo("noticeboard")],
          }),
        );
      }),
    });
    expect(run.state).toMatchObject({ status: "held", problem: { code: "page-was-gone" } });
    expect(run.state.problem?.message).toContain("could not be closed: HTTP 8080, rule 1 (the 1 priorities before 1");
  },
);

virtually("before the new version runs, a new way in ends the operation with everything put back", async () => {
  const run = await upgradeWhile("back-up/says/snapshot: creating, 10 %", ({ elb, ListenerArn, forwardTo }) =>
    elb.send(
      new CreateRuleCommand({
        ListenerArn,
        Priority: 50,
        Conditions: PATH("/api/not*"),
        Actions: [forwardTo("noticeboard")],
      }),
    ),
  );
  expect(run.state).toMatchObject({ status: "rolled-back", problem: { code: "page-was-gone" }, leftovers: [] });
  expect(run.visitors.statuses.at(-1)).toMatchObject({ status: 201 });
});

virtually("what another application does with its own rules is its own affair", async () => {
  const run = await upgradeWhile(WHILE_IT_MIGRATES, async ({ elb, ListenerArn, rules, forwardTo }) => {
    const wiki = rules.find(({ Priority }) => Priority === "10")!;
    await elb.send(new ModifyRuleCommand({ RuleArn: wiki.RuleArn, Conditions: PATH("/wiki-2/*") }));
    await elb.send(
      new CreateRuleCommand({ ListenerArn, Priority: 20, Conditions: PATH("/wiki/*"), Actions: [forwardTo("wiki")] }),
    );
  });
  expect(run.state).toMatchObject({ status: "succeeded", leftovers: [] });
});

describe("what visitors may have written past a page that was gone", () => {
  const VERIFIED = "verify/verified";
  const deletePage = ({ elb, page }: Awaited<ReturnType<typeof ownerOf>>) =>
    elb.send(new DeleteRuleCommand({ RuleArn: page.RuleArn }));

  virtually("keeps an upgrade that goes back by itself from throwing it away", async () => {
    const run = await upgradeWhile(VERIFIED, deletePage, { run: { request: { onFailure: "rollback" } } });
    expectClosed(run);
    expect(run.state.goingBack).toBeUndefined();
    expect(run.state.problem?.hint).toContain(`deciding so must name it (since ${run.state.pointOfNoReturnAt})`);
    const back = waysOn(run.state).find(({ decision }) => decision === "rollback");
    expect(back?.discards).toEqual({ from: run.state.pointOfNoReturnAt });
  });
});
