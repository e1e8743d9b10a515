import { describe, expect, test } from "vitest";
import { provenShape, refusedShape } from "../../simulation/proven-shape.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { REPORT, scheduled, withReports } from "./reports.ts";

const EVERY_MINUTE = "cron(* * * * ? *)";

describe("a rule that runs a report on the same database", () => {
  test("is refused, with what can be said about it", { timeout: 60_000 }, () =>
    inVirtualTime(
      async () => void (await refusedShape("rule-refused", withReports({ scheduled: scheduled(EVERY_MINUTE) }))),
    ),
  );

  test("is disabled until the end, and its task is waited for before the site closes", { timeout: 60_000 }, () =>
    inVirtualTime(async () => {
      const { cloud, state } = await provenShape(
        "rule-paused",
        withReports({ scheduled: scheduled(EVERY_MINUTE), target: ["otherWriters: pause"], takesMs: 90_000 }),
      );
      expect(cloud.eventBridge.state()).toMatchObject({ rules: [{ Name: REPORT, State: "ENABLED" }] });
      expect(state.missed).toMatchObject([{ due: expect.arrayContaining(["2026-01-15T02:02:00.000Z"]) }]);
    }),
  );

  test("goes on where the target says so", { timeout: 60_000 }, () =>
    inVirtualTime(
      async () =>
        void (await provenShape(
          "rule-ignored",
          withReports({
            scheduled: scheduled(EVERY_MINUTE),
            target: [`otherWriters: { families: { ${REPORT}: ignore } }`],
          }),
        )),
    ),
  );
});

test(
  "a schedule of EventBridge Scheduler is disabled until the end with everything else as it is",
  { timeout: 60_000 },
  () =>
    inVirtualTime(async () => {
      const { cloud } = await provenShape(
        "schedule-paused",
        withReports({
          scheduled: scheduled("cron(1 3 * * ? *)", { by: "scheduler", timezone: "Europe/Berlin" }),
          target: ["otherWriters: pause"],
        }),
      );
      expect(cloud.scheduler.state()).toMatchObject({ schedules: [{ Name: REPORT, State: "ENABLED" }] });
    }),
);

test(
  "scheduled scaling that was due inside the window is reported with the command that does it",
  { timeout: 60_000 },
  () =>
    inVirtualTime(async () => {
      const { state } = await provenShape("scheduled-scaling", {
        cloud: {
          seed: `
scalableTargets:
  - { service: noticeboard, min: 2, max: 6, scheduledActions: { morning: { schedule: "cron(1 3 * * ? *)", timezone: Europe/Berlin, min: 4, max: 8 } } }
`,
        },
      });
      expect(state.missed).toMatchObject([{ due: ["2026-01-15T02:01:00.000Z"] }]);
    }),
);
