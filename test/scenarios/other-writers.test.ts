import {
  DeleteRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { describe, expect, test } from "vitest";
import { at, judgedUpgrade, type Meddling, refusal, startsOf } from "../simulation/judged-upgrade.ts";
import type { NoticeboardCloudOptions } from "../simulation/noticeboard-cloud.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { REPORT, runReport, scheduled, withReports } from "./shapes/reports.ts";

type Run = Awaited<ReturnType<typeof judgedUpgrade>>;

const virtually = (name: string, meddling: Meddling, expectation: (run: Run) => unknown) =>
  test(name, { timeout: 60_000 }, () =>
    inVirtualTime(async () => void (await expectation(await judgedUpgrade(meddling)))),
  );

const HOURLY = "cron(30 * * * ? *)";
const QUICK: NoticeboardCloudOptions = { migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] };
const reporting = (
  { by = "rule", schedule = HOURLY, ...more }: { by?: "rule" | "scheduler"; schedule?: string; mode?: string } = {},
  options: NoticeboardCloudOptions = {},
): NoticeboardCloudOptions => ({
  ...withReports({ scheduled: scheduled(schedule, { by }), target: [`otherWriters: ${more.mode ?? "pause"}`] }).cloud,
  ...QUICK,
  ...options,
});

const ruleOf = (cloud: SimulatedCloud) => (cloud.eventBridge.state() as { rules: { State: string }[] }).rules[0];
const scheduleOf = (cloud: SimulatedCloud) =>
  (cloud.scheduler.state() as { schedules: { State: string; Description?: string }[] }).schedules[0];
const checkOf = ({ state }: Run, wanted: string) => state.checks.find(({ name }) => name === wanted);

describe("whatever happens, a paused rule is enabled again", () => {
  const DISABLE = `prepare/pause/rule/default/${REPORT}`;
  for (const when of ["before", "after"])
    virtually(
      `the runbook dies ${when} it disables the rule`,
      {
        cloud: reporting(),
        run: {
          crash: onceAt((point) => point.startsWith(when) && point.endsWith(DISABLE.split("/").slice(1).join("/"))),
        },
      },
      ({ cloud, state, violations, crashes }) => {
        expect(violations).toEqual([]);
        expect(crashes).toBe(1);
        expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
        expect(ruleOf(cloud)).toMatchObject({ State: "ENABLED" });
      },
    );

  virtually(
    "the operation fails while the site is closed",
    { cloud: reporting({}, { cannotStart: true }) },
    ({ cloud, state, violations }) => {
      expect(violations).toEqual([]);
      expect(state).toMatchObject({ status: "rolled-back", leftovers: [] });
      expect(ruleOf(cloud)).toMatchObject({ State: "ENABLED" });
    },
  );

  virtually(
    "EventBridge throttles",
    {
      cloud: reporting(),
      meddle: ({ faults }) => {
        for (const operation of ["DisableRule", "EnableRule", "ListRuleNamesByTarget"])
          faults.add({ service: "EventBridge", operation, fault: "throttle", count: 2 });
      },
    },
    ({ cloud, state, violations }) => {
      expect(violations).toEqual([]);
      expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
      expect(ruleOf(cloud)).toMatchObject({ State: "ENABLED" });
    },
  );
});

function onceAt(isPoint: (point: string) => boolean): (point: string) => void {
  let done = false;
  return (point) => {
    if (done || !isPoint(point)) return;
    done = true;
    throw new Error("the worker was killed");
  };
}

describe("what somebody else does to a paused one stands", () => {
  const AT = "migrate/begin";
  virtually(
    "a rule that is deleted",
    {
      cloud: reporting(),
      meddle: at(AT, async ({ operator }) => {
        const events = new EventBridgeClient(operator);
        await events.send(new RemoveTargetsCommand({ Rule: REPORT, Ids: ["tasks"] }));
        await events.send(new DeleteRuleCommand({ Name: REPORT }));
      }),
    },
    ({ cloud, state, violations }) => {
      expect(violations).toEqual([]);
      expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
      expect(ruleOf(cloud)).toBeUndefined();
    },
  );

  virtually(
    "a rule that is changed stays disabled, and is listed",
    {
      cloud: reporting(),
      meddle: at(AT, ({ operator }) =>
        new EventBridgeClient(operator).send(
          new PutRuleCommand({ Name: REPORT, ScheduleExpression: "cron(0 5 * * ? *)", State: "DISABLED" }),
        ),
      ),
    },
    ({ cloud, state, violations }) => {
      expect(violations).toEqual([]);
      expect(ruleOf(cloud)).toMatchObject({ State: "DISABLED", ScheduleExpression: "cron(0 5 * * ? *)" });
      expect(state.leftovers).toMatchObject([{ what: expect.stringContaining("somebody changed the rule") }]);
    },
  );

  virtually(
    "a schedule that is deleted",
    {
      cloud: reporting({ by: "scheduler" }),
      meddle: at(AT, ({ operator }) => new SchedulerClient(operator).send(new DeleteScheduleCommand({ Name: REPORT }))),
    },
    ({ cloud, state, violations }) => {
      expect(violations).toEqual([]);
      expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
      expect(scheduleOf(cloud)).toBeUndefined();
    },
  );

  virtually(
    "a schedule that is changed stays disabled, and is listed",
    {
      cloud: reporting({ by: "scheduler" }),
      meddle: at(AT, (cloud) => changeSchedule(cloud, { Description: "changed" })),
    },
    ({ cloud, state, violations }) => {
      expect(violations).toEqual([]);
      expect(scheduleOf(cloud)).toMatchObject({ State: "DISABLED", Description: "changed" });
      expect(state.leftovers).toMatchObject([{ what: expect.stringContaining("somebody changed the schedule") }]);
    },
  );
});

/** The schedule as it can be sent again. */
async function settingsOf(scheduler: SchedulerClient) {
  const found = await scheduler.send(new GetScheduleCommand({ Name: REPORT }));
  const {
    $metadata: _metadata,
    Arn: _arn,
    CreationDate: _created,
    LastModificationDate: _changed,
    ...settings
  } = found;
  return settings;
}

async function changeSchedule({ operator }: SimulatedCloud, change: object) {
  const scheduler = new SchedulerClient(operator);
  await scheduler.send(new UpdateScheduleCommand({ ...(await settingsOf(scheduler)), ...change } as never));
}

/** Makes the schedule again, with what a seed does not know. */
const scheduleWith = (change: object) => async (cloud: SimulatedCloud) => {
  const scheduler = new SchedulerClient(cloud.operator);
  const settings = await settingsOf(scheduler);
  await scheduler.send(new DeleteScheduleCommand({ Name: REPORT }));
  await scheduler.send(new CreateScheduleCommand({ ...settings, ...change } as never));
};

virtually(
  "nothing of a schedule is lost on the way",
  {
    cloud: reporting({ by: "scheduler" }),
    arrange: scheduleWith({
      Description: "every night",
      KmsKeyArn: "arn:aws:kms:us-east-1:111122223333:key/1",
      EndDate: new Date("2027-01-01T00:00:00Z"),
      FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 15 },
      ScheduleExpressionTimezone: "Europe/Berlin",
    }),
  },
  ({ cloud, state, violations }) => {
    expect(violations).toEqual([]);
    expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
    expect(scheduleOf(cloud)).toMatchObject({
      State: "ENABLED",
      Description: "every night",
      EndDate: new Date("2027-01-01T00:00:00Z"),
      FlexibleTimeWindow: { MaximumWindowInMinutes: 15 },
    });
  },
);

virtually(
  "a schedule that was due once inside the window stays disabled: it is listed, and how to run it by hand",
  {
    cloud: reporting({ by: "scheduler", schedule: "at(2026-01-15T02:01:30)" }),
    arrange: scheduleWith({ ActionAfterCompletion: "DELETE" }),
  },
  ({ cloud, state, violations }) => {
    expect(violations).toEqual([]);
    expect(scheduleOf(cloud)).toMatchObject({ State: "DISABLED" });
    expect(state.missed).toMatchObject([{ due: ["2026-01-15T02:01:30.000Z"] }]);
    expect(state.leftovers).toMatchObject([{ what: expect.stringContaining("was due once") }]);
  },
);

/** A rule that runs the application itself, perhaps with another command. */
const OWN_FAMILY: NoticeboardCloudOptions = {
  ...QUICK,
  target: ["otherWriters: pause"],
  seed: `scheduledTasks:\n  nightly: { cluster: noticeboard, taskDefinition: noticeboard, schedule: "${HOURLY}" }`,
};

async function pinTheRevision({ operator }: SimulatedCloud) {
  const events = new EventBridgeClient(operator);
  const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: "nightly" }));
  const pinned = Targets.map(({ EcsParameters, ...target }) => ({
    ...target,
    EcsParameters: { ...EcsParameters, TaskDefinitionArn: `${EcsParameters!.TaskDefinitionArn}:1` },
  }));
  await events.send(new PutTargetsCommand({ Rule: "nightly", Targets: pinned }));
}

describe("is refused before anything is touched", () => {
  const refused = (name: string, meddling: Meddling, words: string) =>
    virtually(name, meddling, (run) => {
      expect(run.violations).toEqual([]);
      expect(run.state).toMatchObject({ status: "refused", mutations: [] });
      expect(`${checkOf(run, "no-other-writers")?.found} ${checkOf(run, "no-other-writers")?.fix}`).toContain(words);
    });

  refused(
    "a schedule whose start date has passed, which AWS would not take again",
    {
      cloud: reporting({ by: "scheduler" }),
      arrange: async (cloud) => {
        await scheduleWith({ StartDate: new Date(cloud.world.clock.now()) })(cloud);
        await cloud.world.clock.sleep(400_000);
      },
    },
    "AWS refuses a start date of the past",
  );
  refused(
    "a rule that another service manages",
    {
      cloud: reporting(),
      meddle: ({ runbook: { aws } }) => {
        const { rulesOfTasks } = aws.eventBridge;
        aws.eventBridge.rulesOfTasks = async (clusters) =>
          (await rulesOfTasks(clusters)).map((rule) => ({ ...rule, managedBy: "batch.amazonaws.com" }));
      },
    },
    "batch.amazonaws.com manages it",
  );
  refused(
    "a rule that would run the old version on the new data afterwards",
    { cloud: OWN_FAMILY, arrange: pinTheRevision },
    "would run the old version on the new data",
  );
  refused("a task that runs", { cloud: reporting({ mode: "refuse" }), meddle: runReport }, "a task runs");
  refused(
    "a target whose rules cannot be listed",
    {
      cloud: QUICK,
      meddle: ({ runbook: { aws } }) => {
        aws.eventBridge.rulesOfTasks = () => Promise.reject(refusal("AccessDeniedException"));
      },
    },
    "events:ListEventBuses",
  );
});

virtually(
  "where others are ignored, not being able to list them is a warning",
  {
    cloud: { ...QUICK, target: ["otherWriters: ignore"] },
    meddle: ({ runbook: { aws } }) => {
      aws.scheduler.schedulesOfEcs = () => Promise.reject(refusal("AccessDeniedException"));
    },
  },
  (run) => {
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject({ status: "succeeded", leftovers: [] });
    expect(checkOf(run, "no-other-writers")).toMatchObject({
      outcome: "warned",
      fix: expect.stringContaining("scheduler:ListSchedules"),
    });
  },
);

describe("a task that runs when the upgrade begins", () => {
  const cloud = (takesMs: number, more: string[] = []): NoticeboardCloudOptions => ({
    ...withReports({ target: ["otherWriters: pause", ...more], takesMs }).cloud,
    ...QUICK,
  });

  virtually(
    "is waited for with the site open",
    { cloud: cloud(90_000), meddle: runReport },
    ({ state, events, violations }) => {
      expect(violations).toEqual([]);
      expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
      const waits = events.find((event) => event.type === "progress" && event.phase === "prepare");
      expect(waits).toMatchObject({
        message: expect.stringMatching(/site open.*of nightly-report .*started by somebody/),
      });
    },
  );

  virtually(
    "and does not end in time is named, and the site was never closed",
    { cloud: cloud(3_600_000, ["timeouts: { otherWriters: 2m }"]), meddle: runReport },
    ({ state, violations }) => {
      expect(violations).toEqual([]);
      expect(state).toMatchObject({ status: "rolled-back", problem: { code: "timed-out" }, leftovers: [] });
      expect(state.problem!.message).toContain("of nightly-report");
      expect(state.window.closingAt).toBeUndefined();
    },
  );
});

virtually(
  "somebody starts a declared family inside the window: held within ten seconds",
  {
    cloud: {
      ...withReports({ target: [`otherWriters: { families: { ${REPORT}: pause } }`], takesMs: 600_000 }).cloud,
    },
    meddle: at("migrate/says/the leader answers 503 migrating prices, 30 %", runReport),
  },
  ({ state, violations }) => {
    expect(violations).toEqual([]);
    expect(state).toMatchObject({ status: "held", problem: { code: "foreign-start" } });
  },
);

virtually(
  "a rule that names the application's family alone is disabled before there is a revision of the new version, which it would start",
  { cloud: OWN_FAMILY },
  ({ cloud, state, violations }) => {
    expect(violations).toEqual([]);
    expect(state).toMatchObject({ status: "succeeded", leftovers: [] });
    expect(state.mutations.map(({ operation }) => operation).slice(0, 2)).toEqual([
      "DisableRule",
      "RegisterTaskDefinition",
    ]);
    expect(startsOf(cloud, "sha256:2").filter(({ group }) => !group.startsWith("service:"))).toHaveLength(1);
    expect(ruleOf(cloud)).toMatchObject({ State: "ENABLED" });
  },
);
