import { describe, expect, test } from "vitest";
import { startedBy } from "../../src/procedures/leader-task.ts";
import { at, decide, judgedUpgrade, type Meddling, refusal, startsOf } from "../simulation/judged-upgrade.ts";
import { OPERATION } from "../simulation/run-upgrade.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../virtual-time.ts";

const OLD = "sha256:111";
const NEW = "sha256:222";
const quick = { termMs: 10_000, migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] };
const virtually = (name: string, meddling: Meddling, expectation: (run: Run) => unknown) =>
  test(name, { timeout: 60_000 }, () =>
    inVirtualTime(async () => void (await expectation(await judgedUpgrade({ cloud: quick, ...meddling })))),
  );
type Run = Awaited<ReturnType<typeof judgedUpgrade>>;

/** The old version may only run again where the new one never did. */
function expectHeldWithoutOldVersion({ cloud, state, violations }: Run) {
  expect(violations).toEqual([]);
  expect(state.status).toBe("held");
  const [leader] = startsOf(cloud, NEW);
  expect(startsOf(cloud, OLD).filter(({ seq }) => leader && seq > leader.seq)).toEqual([]);
}

/** RunTask takes effect, its answer is lost, and the SDK's own second attempt is refused; ECS lists the task or does not yet. */
const lostThenRefused =
  (name: string, { listed }: { listed: boolean }) =>
  ({ runbook: { aws } }: SimulatedCloud) => {
    const { runTask } = aws.ecs;
    aws.ecs.runTask = async (input) => {
      await runTask(input);
      throw refusal(name, { attempts: 2 });
    };
    if (!listed) aws.ecs.tasksStartedBy = async () => [];
  };

describe("a leader that may have run is never taken for one that never did", () => {
  for (const name of ["AccessDeniedException", "ConflictException"]) {
    virtually(
      `when RunTask's answer was lost, its repetition met ${name} and ECS does not list the task: held in doubt`,
      { meddle: lostThenRefused(name, { listed: false }) },
      (run) => {
        expectHeldWithoutOldVersion(run);
        expect(run.state.problem).toMatchObject({ code: "leader-in-doubt" });
      },
    );
    virtually(
      `when RunTask's answer was lost, its repetition met ${name} and ECS lists the task: it is the leader`,
      { meddle: lostThenRefused(name, { listed: true }) },
      ({ cloud, state, violations }) => {
        expect(violations).toEqual([]);
        expect(state.status).toBe("succeeded");
        expect(startsOf(cloud, NEW).filter(({ group }) => group.startsWith("family:"))).toHaveLength(1);
      },
    );
  }

  virtually(
    "when ECS names the task that the token stands for: it is the leader",
    {
      meddle: ({ runbook: { aws } }) => {
        const { runTask } = aws.ecs;
        aws.ecs.runTask = async (input) => {
          const { taskArn } = await runTask(input);
          throw Object.assign(refusal("ConflictException", { attempts: 2 }), { resourceIds: [taskArn] });
        };
        aws.ecs.tasksStartedBy = async () => [];
      },
    },
    ({ state, violations }) => {
      expect(violations).toEqual([]);
      expect(state.status).toBe("succeeded");
    },
  );

  virtually(
    "when putting back finds a task of the operation that may have run, whatever led there",
    {
      meddle: ({ runbook: { aws } }) => {
        const { runTask } = aws.ecs;
        aws.ecs.runTask = async (input) => {
          await runTask(input);
          throw refusal("AccessDeniedException");
        };
      },
    },
    (run) => {
      expectHeldWithoutOldVersion(run);
      expect(run.state.problem?.message).toContain(
        "expected no task of another revision that may have run in the window, found arn:",
      );
    },
  );

  virtually(
    "when somebody stops it while its containers run and its task is not RUNNING yet",
    {
      meddle: (cloud) => {
        const { ecs } = cloud.runbook.aws;
        const { tasks } = ecs;
        // As a task of several containers is seen whose first runs while another is still being pulled.
        ecs.tasks = async (cluster, arns) =>
          (await tasks(cluster, arns)).map((task) =>
            task.startedBy === startedBy(OPERATION) ? { ...task, startedAt: undefined } : task,
          );
        at("migrate/register/noticeboard", async () => {
          const [leader] = await ecs.tasksStartedBy("noticeboard", {
            startedBy: startedBy(OPERATION),
            family: "noticeboard",
          });
          await ecs.stopTask("noticeboard", leader!.arn, "by hand");
        })(cloud);
      },
    },
    expectHeldWithoutOldVersion,
  );
});

describe("before the leader was asked for", () => {
  virtually(
    "a decision to cancel at the last moment puts everything back",
    { meddle: at("back-up/end", decide("cancel")) },
    ({ state, violations }) => {
      expect(violations).toEqual([]);
      expect(state).toMatchObject({ status: "rolled-back", problem: { code: "cancelled" } });
    },
  );
  virtually(
    "a decision to cancel right after the point of no return was passed puts everything back, for nothing was started yet",
    { meddle: at("point-of-no-return", decide("cancel")) },
    ({ state, violations }) => {
      expect(violations).toEqual([]);
      expect(state).toMatchObject({ status: "rolled-back", problem: { code: "cancelled" } });
    },
  );
});
