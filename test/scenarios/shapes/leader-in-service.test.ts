import { describe, expect, test } from "vitest";
import type { SandboxEvent } from "../../../src/sandbox/cloud/event-log.ts";
import { at, decide, judgedUpgrade, type Meddling, refusal, startsOf } from "../../simulation/judged-upgrade.ts";
import type { NoticeboardCloudOptions } from "../../simulation/noticeboard-cloud.ts";
import { provenShape, refusedShape } from "../../simulation/proven-shape.ts";
import { OPERATION } from "../../simulation/run-upgrade.ts";
import type { SimulatedCloud } from "../../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { expectToSurvive } from "../dies-at.ts";

const LIMIT = { timeout: 120_000 };

const connected = `
taskDefinitions:
  noticeboard:
    containers:
      - name: app
        image: 111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard:1.4.2
        port: 3000
        portName: web
        logGroup: /ecs/noticeboard
        environment: { DATABASE_URL: "{database.noticeboard-db.url}" }
services:
  noticeboard: { serviceConnect: { namespace: noticeboard, offers: [web] } }
`;
const inService: NoticeboardCloudOptions = { seed: connected, target: ["leader: service"] };
const quick: NoticeboardCloudOptions = { ...inService, migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] };

type Run = Awaited<ReturnType<typeof judgedUpgrade>>;
const virtually = (name: string, meddling: Meddling, expectation: (run: Run) => unknown) =>
  test(name, { timeout: 120_000 }, () =>
    inVirtualTime(async () => {
      const run = await judgedUpgrade({ ...meddling, cloud: { ...quick, ...meddling.cloud } });
      expect(run.violations).toEqual([]);
      await expectation(run);
    }),
  );
const newStarts = ({ cloud }: Run) => startsOf(cloud, "sha256:222");
const serviceOf = (cloud: SimulatedCloud) => cloud.runbook.aws.ecs.services("noticeboard", ["noticeboard"]);
const crash = async (cloud: SimulatedCloud) => cloud.ecs.killTask((await cloud.store.get(OPERATION))!.leaderTaskArn!);

test("Service Connect and a standalone leader are refused, with what the other way costs", { timeout: 60_000 }, () =>
  inVirtualTime(async () => void (await refusedShape("service-connect", { cloud: { seed: connected } }))),
);

test("the leader runs in its service where the application needs Service Connect", { timeout: 120_000 }, () =>
  inVirtualTime(async () => {
    const { state } = await provenShape("leader-in-service", { cloud: inService });
    expect(state.checks.find(({ name }) => name === "leader-has-what-it-needs")).toMatchObject({ outcome: "warned" });
  }),
);

test("a leader without an environment of its own becomes one of the nodes", { timeout: 120_000 }, () =>
  inVirtualTime(async () => {
    const { state, cloud } = await provenShape("leader-in-service-stays", {
      cloud: { seed: connected, target: ["leader: service", "leaderEnvironment: {}"] },
    });
    expect(startsOf(cloud, "sha256:222")).toHaveLength(3);
    expect(state.nodes.after.map(({ taskArn }) => taskArn)).toContain(state.leaderTaskArn);
  }),
);

describe("whatever happens to a leader in its service, no second one gets so far as to run", () => {
  virtually("its container crashes in the middle of the migration", { cloud: { breakage: "crash" } }, async (run) => {
    expect(run.state).toMatchObject({ status: "held", site: "closed", problem: { code: "leader-stopped" } });
    expect(run.state.problem?.hint).toContain("  out of memory");
    expect(newStarts(run)).toHaveLength(1);
    const [service] = await serviceOf(run.cloud);
    expect(service!.desiredCount).toBe(0);
    const { toZeroMs, nextTickMs } = reactionOf(run);
    expect(toZeroMs).toBeLessThan(3_000);
    expect(toZeroMs).toBeLessThan(nextTickMs);
  });

  virtually("it crashes while it is verified", { meddle: at("verify/begin", crash) }, async (run) => {
    expect(run.state).toMatchObject({ status: "held", problem: { code: "leader-stopped" } });
    expect(newStarts(run)).toHaveLength(1);
  });

  virtually(
    "ECS replaces it at once",
    { cloud: { latencies: [...quick.latencies!, "ecs: { schedulerTickMs: 500 }"], breakage: "crash" } },
    (run) => {
      expect(run.state).toMatchObject({ status: "held", problem: { code: "leader-stopped" } });
      expect(newStarts(run)).toHaveLength(1);
      const tasks = run.cloud.world.log
        .after()
        .flatMap((event) => (event.kind === "task" && event.group === "service:noticeboard" ? [event.taskArn] : []));
      expect(new Set(tasks).size).toBe(3 + 2); // three old nodes, the leader, and what ECS started in its place
      expect(reactionOf(run).toZeroMs).toBeLessThan(3_000);
    },
  );

  virtually(
    "the answers to the call that starts it are lost",
    {
      meddle: at("migrate/begin", ({ faults }) =>
        faults.add({ service: "ECS", operation: "UpdateService", nth: 1, count: 3, fault: "lost" }),
      ),
    },
    (run) => {
      expect(run.state).toMatchObject({ status: "succeeded", leftovers: [] });
      expect(newStarts(run)).toHaveLength(4);
    },
  );

  virtually("the application says that it cannot migrate", { cloud: { breakage: "migration" } }, async (run) => {
    expect(run.state).toMatchObject({ status: "held", problem: { code: "migration-failed" } });
    const [service] = await serviceOf(run.cloud);
    expect(service).toMatchObject({ desiredCount: 0, runningCount: 0 });
    expect(newStarts(run)).toHaveLength(1);
  });

  virtually(
    "somebody cancels: nothing is left that ECS would replace",
    {
      cloud: { migrationMs: 20_000 },
      meddle: at("migrate/says/the leader answers 503 migrating prices, 30 %", decide("cancel")),
      settleMs: 120_000,
    },
    async (run) => {
      expect(run.state).toMatchObject({ status: "held", problem: { code: "cancelled" } });
      const [service] = await serviceOf(run.cloud);
      expect(service).toMatchObject({ desiredCount: 0, runningCount: 0 });
      expect(newStarts(run)).toHaveLength(1);
    },
  );

  virtually(
    "it is UNHEALTHY by a container health check all the while it migrates: the grace period lets it",
    {
      cloud: {
        seed: connected.replace(
          "portName: web",
          "portName: web\n        healthCheck: { command: [CMD-SHELL, check], intervalSeconds: 5, retries: 1 }",
        ),
        migrationMs: 60_000,
      },
    },
    ({ state }) => expect(state).toMatchObject({ status: "succeeded", leftovers: [] }),
  );
});

describe("a leader in its service that never ran leaves the data untouched: everything goes back", () => {
  virtually("its container cannot be started", { cloud: { cannotStart: true } }, ({ state }) => {
    expect(state).toMatchObject({ status: "rolled-back", leftovers: [], problem: { code: "leader-never-ran" } });
  });

  virtually(
    "ECS refuses the call",
    {
      meddle: ({ runbook: { aws } }) => {
        const { updateService } = aws.ecs;
        aws.ecs.updateService = (input) =>
          input.desiredCount === 1 ? Promise.reject(refusal("AccessDeniedException")) : updateService(input);
      },
    },
    ({ state }) => {
      expect(state).toMatchObject({ status: "rolled-back", leftovers: [], problem: { code: "leader-never-ran" } });
    },
  );
});

virtually(
  "where ECS takes no threshold for the circuit breaker, the guard alone is left",
  {
    meddle: ({ runbook: { aws } }) => {
      const { updateService } = aws.ecs;
      aws.ecs.updateService = (input) =>
        input.deploymentConfiguration?.deploymentCircuitBreaker?.thresholdConfiguration?.type === "COUNT"
          ? Promise.reject(refusal("InvalidParameterException"))
          : updateService(input);
    },
  },
  ({ state }) => expect(state).toMatchObject({ status: "succeeded", leftovers: [] }),
);

test("the runbook may die anywhere around the leader's start: one leader, and the upgrade ends right", LIMIT, () =>
  expectToSurvive(
    [
      "before migrate/migrate/leader",
      "after migrate/migrate/leader",
      "remembered migrate/migrate/leader",
      "after migrate/the leader runs",
      "after scale-out/scale-out/start/noticeboard",
    ],
    { cloud: quick },
  ),
);

/** How long after the leader's end the service was told 0, and when ECS would have looked at it next. */
function reactionOf({ cloud }: Run) {
  const events = cloud.world.log.after();
  const isEnd = (event: SandboxEvent) =>
    event.kind === "container" && event.change === "ended" && event.imageDigest.startsWith("sha256:222");
  const end = events.find(isEnd)!;
  const zero = events.find(
    (event) =>
      event.seq > end.seq &&
      event.kind === "call" &&
      event.operation === "UpdateService" &&
      (event.parameters as { desiredCount?: number }).desiredCount === 0,
  )!;
  const { schedulerTickMs, provisioningMs, pullMs } = cloud.world.latencies.ecs;
  return { toZeroMs: Date.parse(zero.at) - Date.parse(end.at), nextTickMs: schedulerTickMs + provisioningMs + pullMs };
}
