import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { DeleteScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { describe, expect } from "vitest";
import { at } from "../simulation/judged-upgrade.ts";
import { changeSchedule, reporting, ruleOf, scheduleOf, scheduleWith, virtually } from "./reporting.ts";
import { REPORT } from "./shapes/reports.ts";

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
