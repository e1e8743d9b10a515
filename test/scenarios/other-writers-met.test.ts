import { CreateScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { describe, expect } from "vitest";
import { at, type Meddling, refusal, startsOf } from "../simulation/judged-upgrade.ts";
import type { NoticeboardCloudOptions } from "../simulation/noticeboard-cloud.ts";
import { checkOf, OWN_FAMILY, pinTheRevision, QUICK, reporting, ruleOf, scheduleWith, virtually } from "./reporting.ts";
import { REPORT, runReport, withReports } from "./shapes/reports.ts";

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

virtually(
  "a schedule that updates a service of the target is disabled like one that runs tasks",
  {
    cloud: { ...QUICK, target: ["otherWriters: pause"] },
    arrange: ({ operator }) =>
      new SchedulerClient(operator).send(
        new CreateScheduleCommand({
          Name: "scale-down",
          ScheduleExpression: "at(2026-01-15T02:01:30)",
          FlexibleTimeWindow: { Mode: "OFF" },
          Target: {
            Arn: "arn:aws:scheduler:::aws-sdk:ecs:updateService",
            RoleArn: "arn:aws:iam::111122223333:role/scheduler",
            Input: JSON.stringify({ Cluster: "noticeboard", Service: "noticeboard", DesiredCount: 1 }),
          },
        }),
      ),
  },
  ({ state, violations }) => {
    expect(violations).toEqual([]);
    expect(state).toMatchObject({ status: "succeeded" });
    expect(state.missed).toMatchObject([
      {
        what: "the schedule scale-down, which runs UpdateService of noticeboard",
        byHand: `aws ecs update-service --cli-input-json '{"cluster":"noticeboard","service":"noticeboard","desiredCount":1}'`,
      },
    ]);
  },
);

virtually(
  "a held operation says what is still disabled",
  { cloud: reporting({}, { breakage: "migration" }) },
  ({ state, violations }) => {
    expect(violations).toEqual([]);
    expect(state).toMatchObject({ status: "held" });
    expect(state.problem!.hint).toContain(`Still disabled: the rule ${REPORT}.`);
  },
);
