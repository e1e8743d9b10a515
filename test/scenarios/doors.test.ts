import {
  type Action,
  CreateListenerCommand,
  CreateRuleCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
  type RuleCondition,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, test } from "vitest";
import { at, judgedUpgrade, type Meddling } from "../simulation/judged-upgrade.ts";
import { OPERATION } from "../simulation/run-upgrade.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../virtual-time.ts";

const quick = { migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] };
const virtually = (name: string, meddling: Meddling, expectation: (run: Run) => unknown) =>
  test(name, { timeout: 60_000 }, () =>
    inVirtualTime(async () => void (await expectation(await judgedUpgrade({ cloud: quick, ...meddling })))),
  );
type Run = Awaited<ReturnType<typeof judgedUpgrade>>;

async function listenerOf(cloud: SimulatedCloud) {
  const elb = new ElasticLoadBalancingV2Client(cloud.operator);
  const { LoadBalancers: [balancer] = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  const { Listeners: [listener] = [] } = await elb.send(
    new DescribeListenersCommand({ LoadBalancerArn: balancer!.LoadBalancerArn }),
  );
  return { elb, balancer: balancer!, listener: listener! };
}

const PATH = (pattern: string): RuleCondition => ({ Field: "path-pattern", PathPatternConfig: { Values: [pattern] } });
const OTHER_APPLICATION: Action = {
  Type: "fixed-response",
  FixedResponseConfig: { StatusCode: "200", ContentType: "text/plain", MessageBody: "another application" },
};

/** Rules before the default action, which leads to the noticeboard. */
const rules =
  (...wanted: { priority: number; conditions: RuleCondition[]; to: "noticeboard" | "another" }[]) =>
  async (cloud: SimulatedCloud) => {
    const { elb, listener } = await listenerOf(cloud);
    for (const { priority, conditions, to } of wanted)
      await elb.send(
        new CreateRuleCommand({
          ListenerArn: listener.ListenerArn,
          Priority: priority,
          Conditions: conditions,
          Actions: to === "another" ? [OTHER_APPLICATION] : listener.DefaultActions,
        }),
      );
    await cloud.world.clock.sleep(60_000);
  };

/** What the public reads at every address now. */
const ask = async ({ hosts, configuration }: SimulatedCloud, path: string) => {
  const { hostname, host } = new URL(configuration.targets.get("noticeboard")!.url);
  return Promise.all(
    hosts
      .resolve(hostname)
      .map((address) =>
        hosts.send(address, 8080, { method: "GET", path, headers: { host }, remoteAddress: "203.0.113.7" }),
      ),
  );
};

describe("the page is proven at each door by a request that only this door's page can answer", () => {
  const answers: string[] = [];
  virtually(
    "where an earlier rule of the application would catch the ordinary probe",
    {
      cloud: {
        ...quick,
        latencies: [...quick.latencies, "elb: { rulePropagationMinimumMs: 1000, rulePropagationMaximumMs: 40000 }"],
      },
      arrange: rules(
        { priority: 10, conditions: [PATH("/api/*")], to: "noticeboard" },
        { priority: 20, conditions: [PATH("/other/*")], to: "another" },
      ),
      settleMs: 60_000,
      meddle: at("close/closed", async (cloud) => {
        answers.push(...(await ask(cloud, "/")).map(({ body }) => body));
      }),
    },
    ({ state, violations }) => {
      expect(violations).toEqual([]);
      expect(state.status).toBe("succeeded");
      expect(answers).toHaveLength(2);
      for (const answer of answers) expect(answer).toContain(OPERATION);
    },
  );

  virtually(
    "where a rule of another application would catch the ordinary probe",
    {
      arrange: rules({ priority: 10, conditions: [PATH("/api/__health_check")], to: "another" }),
      // What answers the ready probe in front of the load balancer is another matter.
      cloud: { ...quick, target: ["probes: { ready: { path: /api/app:getInfo, match: { status: [200] } } }"] },
    },
    ({ state, violations }) => {
      expect(violations).toEqual([]);
      expect(state.status).toBe("succeeded");
    },
  );

  virtually(
    "and where there is none, the operation is refused before it touches anything",
    {
      arrange: rules(
        {
          priority: 10,
          conditions: [{ Field: "source-ip", SourceIpConfig: { Values: ["10.0.0.0/8"] } }],
          to: "noticeboard",
        },
        { priority: 20, conditions: [PATH("/other/*")], to: "another" },
      ),
    },
    ({ state, violations }) => {
      expect(violations).toEqual([]);
      expect(state).toMatchObject({ status: "refused", mutations: [] });
      expect(state.problem?.message).toContain("no GET request from here can match it alone");
    },
  );

  virtually(
    "and where it cannot be asked, the operation is refused before it touches anything",
    {
      arrange: async (cloud) => {
        const { elb, balancer, listener } = await listenerOf(cloud);
        await elb.send(
          new CreateListenerCommand({
            LoadBalancerArn: balancer.LoadBalancerArn,
            Port: 8081,
            Protocol: "HTTP",
            DefaultActions: listener.DefaultActions,
          }),
        );
        const { http } = cloud.runbook;
        cloud.runbook.http = (request) =>
          request.connectTo?.port === 8081 ? Promise.reject(new Error("connect ETIMEDOUT")) : http(request);
      },
    },
    ({ state }) => {
      expect(state).toMatchObject({ status: "refused", mutations: [] });
      expect(state.problem?.message).toContain("connect ETIMEDOUT");
    },
  );
});

describe("the page is proven at each address several times in a row", () => {
  /** What each address answered while the operation closed, `page` or not. */
  const watchClosing = (cloud: SimulatedCloud, failing: (address: string, nth: number) => boolean = () => false) => {
    const seen = new Map<string, string[]>();
    let closing = false;
    at("close/closing", () => {
      closing = true;
    })(cloud);
    at("close/closed", () => {
      closing = false;
    })(cloud);
    const { http } = cloud.runbook;
    cloud.runbook.http = async (request) => {
      if (!closing) return http(request);
      const answers = seen.get(request.connectTo!.address) ?? [];
      seen.set(request.connectTo!.address, answers);
      const answer = await http(request);
      const { body } = answer;
      const pages = answers.filter((answer) => answer === "page").length;
      const fails = body.includes(OPERATION) && failing(request.connectTo!.address, pages);
      answers.push(fails ? "none" : body.includes(OPERATION) ? "page" : "application");
      if (fails) throw new Error("connect ECONNREFUSED");
      return answer;
    };
    return seen;
  };

  let seen = new Map<string, string[]>();
  virtually(
    "and one that does not answer in between starts again",
    {
      cloud: { ...quick, switches: { rulesSwitchTogether: true } },
      meddle: (cloud) => {
        let failed = false;
        seen = watchClosing(cloud, (address, nth) => {
          if (failed || !address.endsWith(".2") || nth !== 2) return false;
          failed = true;
          return true;
        });
      },
    },
    ({ state, violations }) => {
      expect(violations).toEqual([]);
      expect(state.status).toBe("succeeded");
      const [, second] = [...seen].find(([address]) => address.endsWith(".2"))!;
      expect(second.slice(-4)).toEqual(["none", "page", "page", "page"]);
    },
  );

  virtually(
    "and one that appears later begins at nothing",
    {
      cloud: { ...quick, switches: { rulesSwitchTogether: true } },
      meddle: (cloud) => {
        seen = watchClosing(cloud);
        const { resolveName } = cloud.runbook;
        cloud.runbook.resolveName = async (name) => {
          const addresses = await resolveName(name);
          const [first] = seen.values();
          return first && first.filter((answer) => answer === "page").length < 2 ? addresses.slice(0, 1) : addresses;
        };
      },
    },
    ({ state, violations }) => {
      expect(violations).toEqual([]);
      expect(state.status).toBe("succeeded");
      const pages = [...seen.values()].map((answers) => answers.filter((answer) => answer === "page").length);
      expect(Math.min(...pages)).toBe(3);
    },
  );

  virtually(
    "also one that its name does not resolve to any more but that still answers",
    {
      meddle: (cloud) => {
        seen = watchClosing(cloud);
        const { resolveName } = cloud.runbook;
        cloud.runbook.resolveName = async (name) => {
          const addresses = await resolveName(name);
          return seen.size === 2 ? addresses.slice(0, 1) : addresses;
        };
      },
    },
    ({ state }) => {
      expect(state.status).toBe("succeeded");
      for (const answers of seen.values()) expect(answers.slice(-3)).toEqual(["page", "page", "page"]);
    },
  );
});
