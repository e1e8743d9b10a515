import {
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { describe, expect, test } from "vitest";
import { at, judgedUpgrade, type Meddling, startsOf } from "../simulation/judged-upgrade.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../virtual-time.ts";

const quick = { migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] };
const virtually = (name: string, meddling: Meddling, expectation: (run: Run) => unknown) =>
  test(name, { timeout: 60_000 }, () =>
    inVirtualTime(async () => void (await expectation(await judgedUpgrade({ cloud: quick, ...meddling })))),
  );
type Run = Awaited<ReturnType<typeof judgedUpgrade>>;

describe("everything that runs the application's task definitions counts as a node", () => {
  virtually(
    "another service of the same family is refused before anything is touched: its nodes would never end",
    {
      arrange: async ({ operator, world }) => {
        const ecs = new ECSClient(operator);
        const { services: [service] = [] } = await ecs.send(
          new DescribeServicesCommand({ cluster: "noticeboard", services: ["noticeboard"] }),
        );
        await ecs.send(
          new CreateServiceCommand({
            cluster: "noticeboard",
            serviceName: "forgotten",
            taskDefinition: service!.taskDefinition,
            desiredCount: 1,
            launchType: "FARGATE",
            networkConfiguration: service!.networkConfiguration,
          }),
        );
        await world.clock.sleep(60_000);
      },
    },
    ({ state, violations }) => {
      expect(violations).toEqual([]);
      expect(state).toMatchObject({ status: "refused", mutations: [] });
      expect(state.problem?.message).toContain("service:forgotten");
    },
  );
});

describe("a node has ended when ECS says so, not when it says nothing", () => {
  virtually(
    "a task that ECS does not describe for a while is waited for",
    {
      cloud: { ...quick, termMs: 20_000 },
      meddle: (cloud) => {
        const { ecs } = cloud.runbook.aws;
        const { tasks, tasksOfService, tasksOfFamily } = ecs;
        at("stop/stop/noticeboard", () => {
          const hidden = startsOf(cloud, "sha256:111")[0]!.taskArn;
          const withoutHidden = (arns: string[]) => arns.filter((arn) => arn !== hidden);
          ecs.tasks = async (cluster, arns) => (await tasks(cluster, arns)).filter(({ arn }) => arn !== hidden);
          ecs.tasksOfService = async (...args) => withoutHidden(await tasksOfService(...args));
          ecs.tasksOfFamily = async (...args) => withoutHidden(await tasksOfFamily(...args));
          setTimeout(() => Object.assign(ecs, { tasks, tasksOfService, tasksOfFamily }), 120_000);
        })(cloud);
      },
    },
    ({ cloud, state, events, violations }) => {
      expect(violations).toEqual([]);
      expect(state.status).toBe("succeeded");
      const stop = cloud.world.log
        .after()
        .find((event) => event.kind === "call" && event.operation === "CreateDBSnapshot");
      const quiet = events.find(({ type }) => type === "quiet");
      expect(Date.parse(stop!.at)).toBeGreaterThanOrEqual(Date.parse(quiet!.at));
      expect(Date.parse(quiet!.at) - Date.parse(events.find(({ type }) => type === "closed")!.at)).toBeGreaterThan(
        110_000,
      );
    },
  );
});

describe("a node that ends already", () => {
  const scale = (desiredCount: number) => async (cloud: SimulatedCloud) => {
    await new ECSClient(cloud.operator).send(
      new UpdateServiceCommand({ cluster: "noticeboard", service: "noticeboard", desiredCount }),
    );
    await cloud.world.clock.sleep(60_000);
  };

  virtually(
    "is waited for before the site closes: it drains as slowly as its target group told it",
    {
      arrange: async (cloud) => {
        await scale(4)(cloud);
        await scale(3)(cloud);
      },
    },
    ({ cloud, state, events, violations }) => {
      expect(violations).toEqual([]);
      expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
      expect(JSON.stringify(events)).toContain("1 more of noticeboard still ends, and the site closes after that");
      const closing = Date.parse(state.window.closingAt!);
      const ended = cloud.world.log.after().flatMap((e) => (e.kind === "container" && e.change === "ended" ? [e] : []));
      expect(Date.parse(ended[0]!.at)).toBeLessThan(closing);
      expect(closing - Date.parse(events[0]!.at)).toBeGreaterThan(200_000);
    },
  );
});

/** A service's settings, as whoever made it set them. */
const settingsOf = async ({ operator }: SimulatedCloud) => {
  const { services: [service] = [] } = await new ECSClient(operator).send(
    new DescribeServicesCommand({ cluster: "noticeboard", services: ["noticeboard"] }),
  );
  return service!;
};

describe("settings", () => {
  const sent = (cloud: SimulatedCloud) =>
    cloud.world.log.after().flatMap((event) => {
      if (event.kind !== "call" || event.operation !== "UpdateService" || !event.caller.includes("runbook")) return [];
      const { deploymentConfiguration } = event.parameters as { deploymentConfiguration?: object };
      return deploymentConfiguration ? [deploymentConfiguration] : [];
    });

  virtually(
    "are put back as they were described, and nothing is sent that was not there",
    {},
    async ({ cloud, state }) => {
      expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
      const { maximumPercent, minimumHealthyPercent, deploymentCircuitBreaker } = (await settingsOf(cloud))
        .deploymentConfiguration!;
      const described = { maximumPercent, minimumHealthyPercent, deploymentCircuitBreaker };
      expect(sent(cloud)).toEqual([
        { ...described, deploymentCircuitBreaker: { ...deploymentCircuitBreaker, rollback: false } },
        described,
      ]);
    },
  );

  virtually(
    "of percentages that are not the defaults survive the window",
    {
      arrange: ({ operator }) =>
        new ECSClient(operator).send(
          new UpdateServiceCommand({
            cluster: "noticeboard",
            service: "noticeboard",
            deploymentConfiguration: { maximumPercent: 150, minimumHealthyPercent: 50 },
          }),
        ),
    },
    async ({ cloud, state, violations }) => {
      expect(violations).toEqual([]);
      expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
      expect((await settingsOf(cloud)).deploymentConfiguration).toMatchObject({
        maximumPercent: 150,
        minimumHealthyPercent: 50,
        deploymentCircuitBreaker: { enable: true, rollback: true },
      });
    },
  );
});

describe("what changes between preflight and the window", () => {
  /** The judge counts nodes as they were before the operation; here somebody else changed that during it. */
  const expectEnd = ({ state, violations }: Run, status: string) => {
    expect(violations.filter(({ invariant }) => invariant !== 6 && invariant !== 7)).toEqual([]);
    expect(state.status).toBe(status);
  };
  const update = (change: object) => (cloud: SimulatedCloud) =>
    new ECSClient(cloud.operator).send(
      new UpdateServiceCommand({ cluster: "noticeboard", service: "noticeboard", ...change }),
    );
  const running = async (cloud: SimulatedCloud) => (await settingsOf(cloud)).desiredCount;

  virtually(
    "a deployment by someone else: the site is not closed, for the new revision was made from the one before",
    {
      cloud: { ...quick, target: ["snapshot: { warmUp: true }"] },
      meddle: at("prepare/warm-up", async (cloud) => {
        const ecs = new ECSClient(cloud.operator);
        const { taskDefinition } = await ecs.send(
          new DescribeTaskDefinitionCommand({ taskDefinition: "noticeboard:1" }),
        );
        const { containerDefinitions, cpu, memory, networkMode, requiresCompatibilities } = taskDefinition!;
        const { taskDefinition: registered } = await ecs.send(
          new RegisterTaskDefinitionCommand({
            family: "noticeboard",
            containerDefinitions,
            cpu,
            memory,
            networkMode,
            requiresCompatibilities,
          }),
        );
        await update({ taskDefinition: registered!.taskDefinitionArn })(cloud);
      }),
      settleMs: 120_000,
    },
    (run) => {
      expect(run.state).toMatchObject({ status: "rolled-back", problem: { code: "changed-meanwhile" } });
      expect(run.state.window.closingAt).toBeUndefined();
      expect(run.visitors.statuses.every(({ status }) => status === 201)).toBe(true);
    },
  );

  virtually(
    "a count: as many nodes start as were stopped",
    { meddle: at("close/closed", update({ desiredCount: 4 })) },
    async (run) => {
      expectEnd(run, "succeeded");
      expect(run.state.nodes.after).toHaveLength(4);
      expect(await running(run.cloud)).toBe(4);
    },
  );

  virtually(
    "a count: as many old nodes come back as were stopped",
    { cloud: { ...quick, cannotStart: true }, meddle: at("close/closed", update({ desiredCount: 4 })) },
    async (run) => {
      expectEnd(run, "rolled-back");
      expect(run.state.nodes.after).toHaveLength(4);
      expect(await running(run.cloud)).toBe(4);
    },
  );
});
